"""What is sent about a round: its opening, its closing, and the deeds on its units."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from orgs.models import Unit
from submissions.forms import WordsField
from submissions.models import CollectionRound, Extension, Reminder, RoundEvent
from submissions.standings import KINDS, STATES, RoundStandings, Standing
from submissions.workflow import Side

FIRST_YEAR, LAST_YEAR = 2000, 2099


class DayField(forms.DateField):
    """A day of the calendar, asked for by the browser's own; its mistakes name it."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, label: str, **options: Any):
        said = {"required": f"请填写{label}。", "invalid": f"{label}请写成 2024-04-30 这样。"}
        bounds = f"{label}应在 {FIRST_YEAR} 年和 {LAST_YEAR} 年之间。"
        first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
        validators = [MinValueValidator(first, bounds), MaxValueValidator(last, bounds)]
        super().__init__(label=label, error_messages=said, validators=validators, **options)


def _number(label: str, least: int, most: int, **attributes: str) -> dict[str, Any]:
    """Return the options of a number between two others; its mistakes name it."""
    name = label.split("（")[0]  # Django reads a "%" in what it says as a place to fill in
    bounds = f"{name}应在 {least} 和 {most} 之间。"
    return {
        "label": label,
        "min_value": least,
        "max_value": most,
        "widget": forms.TextInput(attrs={"inputmode": "decimal", **attributes}),
        "error_messages": {
            "required": f"请填写{name}。",
            "invalid": f"{name}请填写数字。",
            "min_value": bounds,
            "max_value": bounds,
            "max_decimal_places": f"{name}最多两位小数。",
        },
    }


DESKS_ASKED = ("unit_head_desk", "department_desk", "division_desk")


class RoundForm(forms.Form):
    """What a round of a bureau is opened with. The last desk is always there, so it is no field."""

    fiscal_year = forms.IntegerField(**_number("年度", FIRST_YEAR, LAST_YEAR, inputmode="numeric"))
    opens_date = DayField("开始日期")
    due_date = DayField("截止日期")
    closes_date = DayField("计划关闭日期", required=False)
    unit_head_desk = forms.BooleanField(label=Side.UNIT_HEAD.label, required=False)
    department_desk = forms.BooleanField(label=Side.DEPARTMENT.label, required=False)
    division_desk = forms.BooleanField(label=Side.DIVISION.label, required=False)
    explain_rate = forms.DecimalField(decimal_places=2, **_number("差异率（%）", 0, 9999))
    explain_yuan = forms.DecimalField(decimal_places=2, **_number("差异额（元）", 0, 10**12))

    def __init__(self, bureau: Unit, data: Any = None, **options: Any):
        super().__init__(data, auto_id=f"bureau-{bureau.pk}-%s", **options)
        self.bureau = bureau

    def clean(self) -> dict[str, Any]:
        """Hold the year and the dates against each other, as far as they were understood."""
        found = super().clean() or {}
        year, opens, due = found.get("fiscal_year"), found.get("opens_date"), found.get("due_date")
        closes = found.get("closes_date")
        if year and self.bureau.rounds.filter(fiscal_year=year).exists():
            self.add_error("fiscal_year", f"{year} 年度的收集已经有了，一个年度只收集一次。")
        if year and opens and opens.year < year:
            self.add_error("opens_date", f"{year} 年度的收集不会在 {opens.year} 年开始，请核对年份。")
        if opens and due and due < opens:
            self.add_error("due_date", "截止日期早于开始日期，请改晚些。")
        if due and closes and closes < due:
            self.add_error("closes_date", "计划关闭日期早于截止日期，请改晚些。")
        return found

    def dates(self) -> list[forms.BoundField]:
        """Return the year and the dates."""
        return [self[name] for name in ("fiscal_year", "opens_date", "due_date", "closes_date")]

    def thresholds(self) -> list[forms.BoundField]:
        """Return from when on a difference is to be explained."""
        return [self[name] for name in ("explain_rate", "explain_yuan")]

    def desks(self) -> list[forms.BoundField]:
        """Return the fields of the desks that can be switched off."""
        return [self[name] for name in DESKS_ASKED]


def next_round_after(last: CollectionRound | None, today: date) -> dict[str, Any]:
    """Return what the form for the next round is filled in with: the last one a year later.

    Without a last one: the year that has ended, from today on, and the desks and thresholds of a new round.
    """
    if last is None:
        fresh = CollectionRound(fiscal_year=today.year - 1, opens_date=today)
        filled = {name: getattr(fresh, name) for name in ("fiscal_year", "opens_date", *DESKS_ASKED)}
        return filled | _thresholds(fresh)
    return {
        "fiscal_year": last.fiscal_year + 1,
        **{name: _a_year_later(getattr(last, name)) for name in ("opens_date", "due_date", "closes_date")},
        **{name: getattr(last, name) for name in DESKS_ASKED},
        **_thresholds(last),
    }


def _thresholds(round: CollectionRound) -> dict[str, str]:
    """Return a round's thresholds as one would type them: 10, not 10.00."""
    thresholds = {name: Decimal(getattr(round, name)) for name in ("explain_rate", "explain_yuan")}
    return {name: f"{value:f}".removesuffix(".00") for name, value in thresholds.items()}


def _a_year_later(day: date | None) -> date | None:
    """Return the same day of the next year, the 28th for a 29 February; None for none."""
    if day is None:
        return None
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


class RoundReasonForm(forms.Form):
    """Why a round is closed or reopened."""

    reason = WordsField("原因", RoundEvent._meta.get_field("reason").max_length or 0)


class ExtendForm(forms.Form):
    """Until when units are given more time, and why."""

    until_date = DayField("延至哪天")
    reason = WordsField("延期的原因", Extension._meta.get_field("reason").max_length or 0)


class RemindForm(forms.Form):
    """What units are reminded of."""

    text = WordsField("催报内容", Reminder._meta.get_field("text").max_length or 0)


class StandingFilterForm(forms.Form):
    """Which units of a round are looked at: in a state, of a department, the late ones; as of which day."""

    state = forms.ChoiceField(required=False, choices=list(STATES.items()))
    department = forms.IntegerField(required=False)
    late = forms.BooleanField(required=False)
    findings = forms.ChoiceField(required=False, choices=list(KINDS.items()))
    day = forms.DateField(required=False)

    def found(self, standings: RoundStandings) -> list[Standing]:
        """Return the units it asks for; what it does not understand it does not ask for.

        Where it asks for findings, those with most of them stand first.
        """
        self.is_valid()
        state, department, late, kind = (
            self.cleaned_data.get(name) for name in ("state", "department", "late", "findings")
        )
        if standings.day:
            kind = None  # what was found then is not known
        found = [
            each
            for each in standings.units
            if (not state or state == each.state)
            and (not department or department == (each.department or each.unit).pk)
            and (not late or each.days_late)
            and (not kind or each.number_of(kind))
        ]
        return sorted(found, key=lambda each: -each.number_of(kind)) if kind else found
