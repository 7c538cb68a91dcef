"""What the goal page sends: two texts, cleaned, not too long."""

from django import forms

from performance.models import PerformanceGoal
from submissions.forms import WordsField

LONGEST_GOAL: int = PerformanceGoal._meta.get_field("expected").max_length or 0


class GoalForm(forms.Form):
    """Both texts of the goal, with the version they were written from."""

    row_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    expected = WordsField("预期目标", LONGEST_GOAL)
    achieved = WordsField("实际完成情况", LONGEST_GOAL)
