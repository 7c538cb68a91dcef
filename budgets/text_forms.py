"""What people write to explain a return: the reason of a row, and the texts; cleaned, not too long."""

import re
import unicodedata
from typing import Any

from django import forms

from budgets.models import ReturnText
from budgets.returns import REASON

LONGEST_TEXT: int = ReturnText._meta.get_field("text").max_length or 0
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class WordsField(forms.CharField):
    """Text as it can be kept and printed: no control characters, one kind of line end, no blanks around it.

    Its length is that of what is kept; browsers count a line end as two characters, so they are not asked.
    """

    def __init__(self, title: str, longest: int):
        super().__init__(required=False, strip=True)
        self.title, self.longest = title, longest
        self.validators = []  # what they refuse, `to_python` leaves out

    def to_python(self, value: Any) -> str:
        """Return the text cleaned; raise ValidationError with its length when it is too long."""
        plain = unicodedata.normalize("NFC", str(value or "")).replace("\r\n", "\n").replace("\r", "\n")
        words = _UNPRINTABLE.sub("", plain).strip()
        if len(words) > self.longest:
            raise forms.ValidationError(f"{self.title}有 {len(words)} 字，最多 {self.longest} 字，请写短些。")
        return words


class ReasonForm(forms.Form):
    """The reason of one row, with the version of the row it was written for."""

    row = forms.CharField(max_length=80)
    row_version = forms.IntegerField(min_value=0)
    reason = WordsField(REASON.title, REASON.longest)


class TextForm(forms.Form):
    """A text of the return, with the version it was written from."""

    row_version = forms.IntegerField(min_value=0)
    text = WordsField("这段文字", LONGEST_TEXT)
