"""What is sent about findings and checks: what is said of one, what the bureau sets, what a list shows."""

from decimal import Decimal
from typing import Any

from django import forms

from budgets.checks.catalogue import BY_CODE
from budgets.checks.results import Group
from budgets.checks.thresholds import TITLES
from submissions.findings import Severity
from submissions.forms import WordsField
from submissions.models import CheckSetting, Explanation, Override, RoundThreshold

LONGEST_EXPLANATION: int = Explanation._meta.get_field("text").max_length or 0
LONGEST_OVERRIDE: int = Override._meta.get_field("reason").max_length or 0
LONGEST_REASON: int = CheckSetting._meta.get_field("reason").max_length or 0


class ExplanationForm(forms.Form):
    """An explanation of a finding, by its name."""

    finding = forms.CharField(max_length=40)
    text = WordsField("说明", LONGEST_EXPLANATION)


class OverrideForm(forms.Form):
    """Why an error is let pass, by its name."""

    finding = forms.CharField(max_length=40)
    text = WordsField("放行的原因", LONGEST_OVERRIDE)


class FindingsFilterForm(forms.Form):
    """Which findings are shown: of one kind, of one schedule. What is not known shows all."""

    group = forms.ChoiceField(choices=[(each.value, each.label) for each in Group], required=False)
    schedule = forms.CharField(max_length=40, required=False)

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for; "" for all."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


_NOT_KNOWN = "没有这条规则，请刷新页面再设。"


SEVERITIES = (
    (CheckSetting.OF_ITSELF, "默认"),
    *((each.value, each.label) for each in Severity),
    (CheckSetting.OFF, "不检查"),
)
"""How grave a check can be set to be, as choices."""


class CheckSettingForm(forms.Form):
    """How grave one check is in a round, and why."""

    code = forms.ChoiceField(
        choices=[(code, code) for code in BY_CODE],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _NOT_KNOWN),
    )
    severity = forms.ChoiceField(
        label="严重程度",
        choices=SEVERITIES,
        required=False,
        error_messages={"invalid_choice": "请从列出的严重程度里选一个。"},
    )
    reason = WordsField("原因", LONGEST_REASON, label="原因")


class ThresholdForm(forms.Form):
    """From when on the checks of a round speak up, and why; blank: from where they usually do."""

    name = forms.ChoiceField(
        choices=[(name, name) for name in TITLES],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "没有这个界限，请刷新页面再设。"),
    )
    limit = forms.DecimalField(
        label="界限",
        required=False,
        min_value=0,
        max_value=Decimal(10**12),
        decimal_places=2,
        error_messages={
            "invalid": "界限请填写数字。",
            "min_value": "界限应在 0 和 1 万亿之间。",
            "max_value": "界限应在 0 和 1 万亿之间。",
            "max_decimal_places": "界限最多两位小数。",
        },
    )
    reason = WordsField("原因", RoundThreshold._meta.get_field("reason").max_length or 0, label="原因")


def mistakes_of(form: forms.Form, *quoted: str) -> str:
    """Return everything that is wrong with a form as sentences; "" for a valid one.

    What was typed in the fields that are `quoted` stands with their mistakes.
    """
    errors: dict[str, Any] = form.errors
    said: list[str] = []
    for name, mistakes in errors.items():
        typed = form.data.get(name, "").strip()[:50] if name in quoted else ""
        said += [*map(str, mistakes), *([f"您写的：{typed}。"] if typed else [])]
    return "".join(dict.fromkeys(said))
