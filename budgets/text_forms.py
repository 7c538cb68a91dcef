"""What people write to explain a return: the reason of a row, and the texts; cleaned, not too long."""

from typing import Any

from django import forms

from budgets.models import CellNote, ReturnText
from budgets.returns import REASON
from submissions.forms import WordsField

LONGEST_NOTE: int = CellNote._meta.get_field("text").max_length or 0


class KeptReasonForm(forms.Form):
    """Which row's reason still holds, and the difference she saw."""

    row = forms.CharField(max_length=80)
    seen = forms.CharField(max_length=30)


class ReasonForm(forms.Form):
    """The reason of one row, with the version of the row it was written for."""

    row = forms.CharField(max_length=80)
    row_version = forms.IntegerField(min_value=0)
    reason = WordsField(REASON.title, REASON.longest)


class NoteForm(forms.Form):
    """The note of one cell, with the version it was written from; without a text it is to go."""

    row = forms.CharField(max_length=80)
    column = forms.CharField(max_length=40)
    row_version = forms.IntegerField(min_value=0)
    text = WordsField("批注", LONGEST_NOTE)


class TextForm(forms.Form):
    """A text of the return, with the version it was written from."""

    row_version = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, name: ReturnText.Name, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["text"] = WordsField("这段文字", name.longest)
