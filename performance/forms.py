"""What the goal page sends: two texts, cleaned, not too long."""

from django import forms

from performance.actions import TEXTS
from performance.models import PerformanceGoal
from submissions.forms import WordsField

LONGEST_GOAL: int = PerformanceGoal._meta.get_field("expected").max_length or 0


class GoalForm(forms.Form):
    """Both texts of the goal, with the version they were written from and what they were then."""

    row_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    expected = WordsField("预期目标", LONGEST_GOAL)
    achieved = WordsField("实际完成情况", LONGEST_GOAL)
    expected_was = WordsField("预期目标", LONGEST_GOAL, widget=forms.HiddenInput)
    achieved_was = WordsField("实际完成情况", LONGEST_GOAL, widget=forms.HiddenInput)

    @property
    def texts(self) -> dict[str, str]:
        """Both texts as she wants them."""
        return {name: self.cleaned_data[name] for name in TEXTS}

    def on_top_of(self, theirs: dict[str, str], row_version: int) -> "GoalForm":
        """Return her texts, to be saved over somebody else's; where she wrote nothing new, the other's."""
        data: dict[str, str | int] = {"row_version": row_version}
        for name in TEXTS:
            is_untouched = self.cleaned_data[name] == self.cleaned_data[f"{name}_was"]
            data[name] = theirs[name] if is_untouched else self.cleaned_data[name]
            data[f"{name}_was"] = theirs[name]
        return GoalForm(data)
