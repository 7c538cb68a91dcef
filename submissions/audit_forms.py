"""What is looked for in the trail."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from orgs.models import Event
from submissions.forms import WordsField
from submissions.round_forms import FIRST_YEAR, LAST_YEAR
from submissions.trail import ROUND_DEEDS, SAID_OF_POINTS, SAID_OF_PROBLEMS, STEPS, Beside, Kind, Search

_UNREAD = {"invalid": "日期要写成 2024-03-01 这样。"}
_BOUNDS = f"日期应在 {FIRST_YEAR} 年和 {LAST_YEAR} 年之间。"
_IN_BOUNDS = [
    MinValueValidator(date(FIRST_YEAR, 1, 1), _BOUNDS),
    MaxValueValidator(date(LAST_YEAR, 12, 31), _BOUNDS),
]
_INPUT = {"class": "input"}


def _choices(beside: Iterable[Beside]) -> list[tuple[str, Any]]:
    """Everything, then the actions of each kind of record under what it is."""
    return [
        ("", "全部操作"),
        ("填报流转", [(f"{Kind.STEP}:{name}", label) for name, label in STEPS.items()]),
        ("填报内容", [(f"{Kind.EDIT}:", "修改填报"), (f"{Kind.EXPLANATION}:", "说明检查")]),
        (
            "审核要点",
            [
                (f"{Kind.POINT}:", "提出审核要点"),
                *((f"{Kind.ENTRY}:{name}", label) for name, label in SAID_OF_POINTS.items()),
            ],
        ),
        (
            "问题整改",
            [
                (f"{Kind.PROBLEM}:", "登记整改问题"),
                *((f"{Kind.PROBLEM_ENTRY}:{name}", label) for name, label in SAID_OF_PROBLEMS.items()),
            ],
        ),
        (
            "检查",
            [
                (f"{Kind.OVERRIDE}:", "放行错误"),
                (f"{Kind.SETTING}:", "设置检查"),
                (f"{Kind.THRESHOLD}:", "设置界限"),
            ],
        ),
        (
            "收集任务",
            [
                *((f"{Kind.ROUND}:{name}", label) for name, label in ROUND_DEEDS.items()),
                (f"{Kind.EXTENSION}:", "延期"),
                (f"{Kind.REMINDER}:", "催报"),
                (f"{Kind.TEMPLATE}:", "更换报告模板"),
            ],
        ),
        ("评分与复核", [(f"{each.kind}:", each.label) for each in beside]),
        ("账号与访问", [(f"{Kind.EVENT}:{name}", label) for name, label in Event.Action.choices]),
    ]


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs=_INPUT | {"type": "date"})
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=widget,
        validators=_IN_BOUNDS,
        error_messages=_UNREAD,
    )


class AuditForm(forms.Form):
    """Person, unit, days and action; each may be left blank. After `is_valid`, `search` is what was asked."""

    person = WordsField(
        "人员",
        50,
        label="人员",
        widget=forms.TextInput(attrs=_INPUT | {"placeholder": "姓名或用户名"}),
    )
    unit = WordsField(
        "单位",
        100,
        label="单位",
        widget=forms.TextInput(attrs=_INPUT | {"placeholder": "名称或编码"}),
    )
    since = _day("从")
    until = _day("到")
    action = forms.ChoiceField(
        label="操作",
        required=False,
        widget=forms.Select(attrs=_INPUT),
        error_messages={"invalid_choice": "没有这种操作，请在列表里选一种。"},
    )

    def __init__(self, data: Any, beside: Iterable[Beside]):
        super().__init__(data)
        self.fields["action"].choices = _choices(beside)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "“到”要在“从”的当天或之后。")
        return data

    @property
    def search(self) -> Search:
        """What was asked; for a valid form."""
        data = self.cleaned_data
        kind, _, action = data["action"].partition(":")
        return Search(data["person"], data["unit"], data["since"], data["until"], kind, action)
