"""What the pages of approved targets send, cleaned."""

from typing import Any

from django import forms

from budgets.money import AmountError, figure_text, parse_points
from orgs.words import has_words, in_one_line
from performance.frameworks import Framework
from performance.models import IndicatorLine
from performance.returns import DIRECTION_CHOICES, TARGET_COLUMNS
from performance.target_models import LONGEST_DOCUMENT, LONGEST_WORDS
from performance.targets import Target
from submissions.forms import WordsField
from submissions.round_forms import DayField


class ApprovalForm(forms.Form):
    """With which document, and on which day, targets are approved."""

    document = WordsField("批复文号", LONGEST_DOCUMENT)
    approved_on = DayField("批复日期")


class AnswerForm(forms.Form):
    """Whether a request is approved, and what is said of it."""

    approves = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes")
    remark = WordsField("意见", LONGEST_WORDS)


def _words(name: str, label: str) -> WordsField:
    field: Any = IndicatorLine._meta.get_field(name)
    return WordsField(label, field.max_length, label=label)


class TargetForm(forms.Form):
    """The target that is asked for in place of an approved one, or that it is to go, and why."""

    takes_out = forms.BooleanField(label="取消这个指标", required=False)
    second_level = forms.ChoiceField(label="二级指标", required=False)
    name = _words("name", "三级指标")
    direction = forms.ChoiceField(
        label="指标性质", choices=[("", "未选"), *DIRECTION_CHOICES], required=False
    )
    target_value = _words("target_value", "年度指标值")
    measuring_unit = _words("measuring_unit", "计量单位")
    max_score = forms.CharField(label="分值", required=False, max_length=40)
    reason = WordsField("理由", LONGEST_WORDS, label="理由", widget=forms.Textarea(attrs={"rows": 3}))
    document = WordsField("文号", LONGEST_DOCUMENT, label="文号（没有的不填）")

    def __init__(self, framework: Framework, before: Target, data: Any = None):
        super().__init__(data, initial=dict(before), auto_id="target-%s", label_suffix="")
        levels = [("", "未选"), *framework.second_levels.items()]
        chosen = before.get("second_level", "")
        if chosen and chosen not in framework.second_levels:  # of another framework, as it was approved
            levels.append((chosen, chosen))
        self.fields["second_level"].choices = levels  # type: ignore[attr-defined]
        for name in ("second_level", "direction"):
            self.fields[name].error_messages["invalid_choice"] = f"请从列出的{self.fields[name].label}里选。"
        if not before:
            del self.fields["takes_out"]

    def clean_name(self) -> str:
        """Return the name in one line."""
        return in_one_line(self.cleaned_data["name"])

    def clean_max_score(self) -> str:
        """Return the points as text; raise ValidationError with what is wrong with them."""
        try:
            return figure_text(parse_points(self.cleaned_data["max_score"]))
        except AmountError as mistake:
            raise forms.ValidationError(str(mistake)) from mistake

    def clean(self) -> dict[str, Any]:
        """Ask for second level, name and value, unless the indicator is to go."""
        found = super().clean() or {}
        if not found.get("takes_out"):
            asked = {"second_level": "请选择二级指标。", "name": "请填写三级指标。"}
            for name, sentence in (asked | {"target_value": "请填写年度指标值。"}).items():
                if name in found and not has_words(found[name]):
                    self.add_error(name, sentence)
        return found

    @property
    def after(self) -> dict[str, str]:
        """The target that is asked for; {} for none."""
        given = self.cleaned_data
        return {} if given.get("takes_out") else {name: given[name] for name in TARGET_COLUMNS}

    def columns(self) -> list[forms.BoundField]:
        """Return the fields of the target, in the order in which they are read."""
        return [self[name] for name in TARGET_COLUMNS]
