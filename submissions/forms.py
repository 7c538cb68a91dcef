"""What people write: words that can be kept and printed, and the comment of a reviewer."""

from typing import Any

from django import forms

from orgs.words import storable
from submissions.models import PointEntry, ReviewPoint, Transition

LONGEST_COMMENT: int = Transition._meta.get_field("comment").max_length or 0


class WordsField(forms.CharField):
    """Text as it can be kept and printed: no control characters, one kind of line end, no blanks around it.

    Its length is that of what is kept; browsers count a line end as two characters, so they are not asked.
    """

    def __init__(self, title: str, longest: int, **options: Any):
        super().__init__(required=False, strip=True, **options)
        self.title, self.longest = title, longest
        self.validators = []  # what they refuse, `to_python` leaves out

    def to_python(self, value: Any) -> str:
        """Return the text cleaned; raise ValidationError with its length when it is too long."""
        words = storable(str(value or "")).strip()
        if len(words) > self.longest:
            raise forms.ValidationError(f"{self.title}有 {len(words)} 字，最多 {self.longest} 字，请写短些。")
        return words


class DecisionForm(forms.Form):
    """A decision: her comment, the number of the latest step she saw, and how much a return opens."""

    seen = forms.IntegerField(min_value=0)
    comment = WordsField("审核意见", LONGEST_COMMENT)
    points_only = forms.BooleanField(required=False)


WHY = "请选一个原因。"


class PointForm(forms.Form):
    """A review point: its place by the names of section, row and column, why, and what is asked."""

    section = forms.CharField(required=False, max_length=40)
    row = forms.CharField(required=False, max_length=80)
    column = forms.CharField(required=False, max_length=40)
    quote = WordsField("引用原文", ReviewPoint._meta.get_field("quote").max_length or 0)
    reason = forms.ChoiceField(
        choices=ReviewPoint.Reason, error_messages=dict.fromkeys(("required", "invalid_choice"), WHY)
    )
    demand = WordsField("要求", ReviewPoint._meta.get_field("demand").max_length or 0)


class SayingForm(forms.Form):
    """What is said of a review point."""

    text = WordsField("这段话", PointEntry._meta.get_field("text").max_length or 0)
