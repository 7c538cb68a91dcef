"""What the pages of the re-check send, cleaned."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from budgets.money import AmountError, figure_text, parse_points
from performance.recheck_models import SampleDraw
from performance.recheck_rules import GROUND_CHOICES, Rechecked, mistake_of
from performance.rechecks import Recheck, RecheckRow
from performance.sampling import Plan
from submissions.forms import WordsField

MOST_DRAWN = 10_000


def _number(label: str, least: int, most: int = MOST_DRAWN) -> forms.IntegerField:
    bounds = f"{label}应在 {least} 和 {most} 之间。"
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": f"请填写{label}。",
            "invalid": f"{label}请填写整数。",
            "min_value": bounds,
            "max_value": bounds,
        },
    )


class DrawForm(forms.Form):
    """How a sample is drawn, and why; `seen` is the newest draw she saw, 0 for none."""

    seen = forms.IntegerField(
        min_value=0, error_messages=dict.fromkeys(("required", "invalid", "min_value"), "请刷新页面后重填。")
    )
    size = _number("抽取数", 1)
    unit = forms.ChoiceField(
        label="抽取数的单位",
        choices=[("number", "份"), ("percent", "%")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选择按份数还是按百分比抽。"),
    )
    largest = _number("决算数最大", 0)
    full_marks = _number("满分", 0)
    low_execution = _number("执行率低于 80 %", 0)
    reason = WordsField("依据", SampleDraw._meta.get_field("reason").max_length or 0, label="依据")

    def __init__(self, data: Any = None, **options: Any):
        super().__init__(data, auto_id="draw-%s", **options)

    def clean(self) -> dict[str, Any]:
        """Refuse more than all."""
        found = super().clean() or {}
        if found.get("unit") == "percent" and (found.get("size") or 0) > 100:
            self.add_error("size", "按百分比抽的，抽取数应在 1 和 100 之间。")
        return found

    @property
    def by_rules(self) -> list[forms.BoundField]:
        """The fields of how many each rule takes."""
        return [self[name] for name in ("largest", "full_marks", "low_execution")]

    @property
    def plan(self) -> Plan:
        """The plan she means."""
        given = self.cleaned_data
        return Plan(
            given["size"],
            given["unit"] == "percent",
            given["largest"],
            given["full_marks"],
            given["low_execution"],
        )


class RecheckedForm(forms.Form):
    """What was found of one indicator."""

    value = WordsField("复核完成值", 100)
    score = forms.CharField(required=False, max_length=40)
    ground = forms.ChoiceField(
        required=False,
        choices=[("", "—"), *GROUND_CHOICES],
        error_messages={"invalid_choice": "请从列出的理由里选。"},
    )
    remark = WordsField("备注", 500)

    def __init__(self, row: RecheckRow, data: Mapping[str, Any] | None, number: int):
        checked = row.checked
        filled = {
            "value": checked.value,
            "score": figure_text(checked.score),
            "ground": checked.ground,
            "remark": checked.remark,
        }
        super().__init__(data, prefix=str(number), initial=filled)
        self.row = row
        self.theirs: RecheckRow | None = None
        """What somebody else saved meanwhile, where it differs from what is written here."""

    def clean_score(self) -> Any:
        """Return the points; raise ValidationError with what is wrong with them."""
        try:
            return parse_points(self.cleaned_data["score"])
        except AmountError as mistake:
            raise forms.ValidationError(str(mistake)) from mistake

    def clean(self) -> dict[str, Any]:
        """Refuse points above the weight."""
        found = super().clean() or {}
        checked = Rechecked(score=found.get("score"))
        if mistake := mistake_of(checked, self.row.stated.weight):
            self.add_error("score", mistake)
        return found

    @property
    def checked(self) -> Rechecked:
        """What was written."""
        given = self.cleaned_data
        return Rechecked(given["value"], given["score"], given["ground"], given["remark"])

    @property
    def mistakes(self) -> list[str]:
        """What is wrong in it."""
        return [str(mistake) for mistakes in self.errors.values() for mistake in mistakes]


def forms_of(recheck: Recheck, data: Mapping[str, Any] | None = None) -> list[RecheckedForm]:
    """Return the form of each row."""
    return [RecheckedForm(row, data, number) for number, row in enumerate(recheck.rows)]


def checked_of(forms: Sequence[RecheckedForm], *, rest_as_stated: bool) -> list[Rechecked]:
    """Return what valid forms say; where nothing was written at all what the unit stated, if so wished."""
    return [
        Rechecked(form.row.stated.value, form.row.stated.score)
        if rest_as_stated and form.checked == Rechecked()
        else form.checked
        for form in forms
    ]


class SeenForm(forms.Form):
    """The version her changes start from, and what else the page asks for."""

    seen = forms.IntegerField(min_value=0)
    rest = forms.CharField(required=False, max_length=10)
