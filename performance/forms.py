"""What the goal page and the page of a round's scoring send, cleaned."""

from django import forms

from performance.actions import TEXTS
from performance.models import PerformanceGoal, ProjectGoal, RoundScoring
from submissions.forms import WordsField

LONGEST_GOAL: int = PerformanceGoal._meta.get_field("expected").max_length or 0
LONGEST_WEIGHTS_REASON: int = PerformanceGoal._meta.get_field("weights_reason").max_length or 0
LONGEST_PROJECT: int = ProjectGoal._meta.get_field("project").max_length or 0
WEIGHTS_TITLE = "一级指标分值调整的原因"


class GoalForm(forms.Form):
    """The texts of the goal, with the version they were written from and what they were then."""

    row_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    expected = WordsField("预期目标", LONGEST_GOAL)
    achieved = WordsField("实际完成情况", LONGEST_GOAL)
    weights_reason = WordsField(WEIGHTS_TITLE, LONGEST_WEIGHTS_REASON)
    expected_was = WordsField("预期目标", LONGEST_GOAL, widget=forms.HiddenInput)
    achieved_was = WordsField("实际完成情况", LONGEST_GOAL, widget=forms.HiddenInput)
    weights_reason_was = WordsField(WEIGHTS_TITLE, LONGEST_WEIGHTS_REASON, widget=forms.HiddenInput)

    @property
    def texts(self) -> dict[str, str]:
        """The texts as she wants them."""
        return {name: self.cleaned_data[name] for name in TEXTS}

    def on_top_of(self, theirs: dict[str, str], row_version: int) -> "GoalForm":
        """Return her texts, to be saved over somebody else's; where she wrote nothing new, the other's."""
        data: dict[str, str | int] = {"row_version": row_version}
        for name in TEXTS:
            is_untouched = self.cleaned_data[name] == self.cleaned_data[f"{name}_was"]
            data[name] = theirs[name] if is_untouched else self.cleaned_data[name]
            data[f"{name}_was"] = theirs[name]
        return GoalForm(data)


class MoveForm(forms.Form):
    """The project that is to have what is said of one that is gone, by its name."""

    to = forms.CharField(max_length=LONGEST_PROJECT, strip=False)


def _choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), f"请选择{label}。"),
    )


class ScoringForm(forms.Form):
    """By what the returns of a round are scored, and why."""

    framework = _choice("指标框架", RoundScoring.FRAMEWORK_CHOICES)
    scheme = _choice("评分办法", RoundScoring.SCHEME_CHOICES)
    mode = _choice("计分方式", RoundScoring.MODE_CHOICES)
    overrun = _choice("反向指标的计分", RoundScoring.OVERRUN_CHOICES)
    bands = _choice("定性指标的分档", RoundScoring.BAND_CHOICES)
    reason = WordsField("依据", RoundScoring._meta.get_field("reason").max_length or 0, label="依据")
