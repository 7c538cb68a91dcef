"""What is sent about a bureau's own rules: the text of one, and why it is switched on or off."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django import forms

from budgets.checks.formulas import FormulaMistake
from budgets.checks.own_rules import SIGNS_WITH_TOLERANCE, Kind, check_sides, kind_of, read_side
from budgets.models import BureauRule, RuleSwitch
from budgets.models.rules import SIGNS, TOLERANCES
from budgets.rule_actions import RuleText
from orgs.words import has_words, storable
from submissions.findings import Severity, Tolerance
from submissions.forms import WordsField

LONGEST_SENTENCE: int = BureauRule._meta.get_field("sentence").max_length or 0
LONGEST_REASON: int = RuleSwitch._meta.get_field("reason").max_length or 0
SAID = {
    Kind.AMOUNT: "两边是金额，按元计算：算式里写的数也是元。",
    Kind.PERCENT: "两边是比率，按百分比显示。",
    Kind.NUMBER: "两边是数，不是金额。",
}
"""What is understood of a rule, by what its sides are."""


_TOLERANCES = {each.value: each.label for each in TOLERANCES} | {Tolerance.EXACT.value: "不允许相差"}


@dataclass(frozen=True, slots=True)
class MarkedSide:
    """A side of a rule with its mistake: the text before it, the wrong part, the text after."""

    before: str
    wrong: str
    after: str
    sentence: str


class FormulaField(forms.CharField):
    """One side of a rule, character for character as it was typed, so that positions stay what they are."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off"})

    def __init__(self, **options: Any):
        super().__init__(required=False, strip=False, **options)

    def to_python(self, value: Any) -> str:
        """Return the text with one kind of line end and without control characters."""
        return storable(value or "")


def _choice(label: str, choices: Mapping[str, str], **options: Any) -> forms.ChoiceField:
    errors = dict.fromkeys(("required", "invalid_choice"), f"请选择“{label}”里列出的一项。")
    return forms.ChoiceField(label=label, choices=choices, error_messages=errors, **options)


class RuleForm(forms.Form):
    """What a rule says. After `is_valid`, `mistakes` has the mistakes of its sides by their names."""

    sentence = WordsField("这句话", LONGEST_SENTENCE, label="检查什么")
    left = FormulaField(label="左边")
    sign = _choice("比较", dict(zip(SIGNS, SIGNS, strict=True)))
    right = FormulaField(label="右边")
    tolerance = _choice("允许的差", _TOLERANCES, initial=Tolerance.SUM)
    severity = _choice("性质", {each.value: each.label for each in Severity}, initial=Severity.WARNING)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for side in ("left", "right"):
            self.fields[side].widget.attrs["aria-describedby"] = f"mistake-{side}"
        self.mistakes: dict[str, FormulaMistake] = {}
        self.kind: Kind | None = None
        """What its sides are, once both are read."""

    def clean_sentence(self) -> str:
        """Refuse a rule that does not say what it checks."""
        sentence: str = self.cleaned_data["sentence"]
        if not has_words(sentence):
            raise forms.ValidationError("请用一句话写明检查什么，填报单位会看到。")
        return " ".join(sentence.split())

    def clean(self) -> dict[str, Any]:
        """Read both sides; say what is wrong with each, and with what does not go with them."""
        cleaned: dict[str, Any] = super().clean() or {}
        read = []
        for side in ("left", "right"):
            try:
                read.append(read_side(cleaned[side]))
            except FormulaMistake as mistake:
                self._refuse(side, mistake)
        if len(read) == 2:
            self._together(*read)
        return cleaned

    def _together(self, left: Any, right: Any) -> None:
        """Say what is wrong with two sides that can be read."""
        if not (left.names or right.names):
            nothing = FormulaMistake("两边至少要用到一个数据，请从列表里选。", 0, len(left.text))
            return self._refuse("left", nothing)
        try:
            check_sides(left, right)
        except FormulaMistake as mistake:
            return self._refuse("right", mistake)
        self.kind = kind_of(left, right)
        has_tolerance = self.cleaned_data.get("tolerance", Tolerance.EXACT) != Tolerance.EXACT
        if has_tolerance and self.cleaned_data.get("sign") not in SIGNS_WITH_TOLERANCE:
            self.add_error("tolerance", "只有用 =、≤、≥ 比较才能允许尾差，请选“不允许相差”。")
        elif has_tolerance and self.kind is not Kind.AMOUNT:
            self.add_error("tolerance", "尾差只用于金额。两边不是金额，请选“不允许相差”。")

    def _refuse(self, side: str, mistake: FormulaMistake) -> None:
        self.mistakes[side] = mistake
        self.add_error(side, str(mistake))

    @property
    def marked(self) -> dict[str, MarkedSide]:
        """The sides that have a mistake, with it marked."""
        return {side: _marked(self.cleaned_text(side), mistake) for side, mistake in self.mistakes.items()}

    def cleaned_text(self, side: str) -> str:
        """Return a side as it was read, even where it has a mistake."""
        return storable(self.data.get(side, ""))

    @property
    def text(self) -> RuleText:
        """What a valid form says."""
        said: dict[str, str] = {each.name: self.cleaned_data[each.name].strip() for each in fields(RuleText)}
        return RuleText(**said)


class ChangedRuleForm(RuleForm):
    """What the next version of a rule says, and which version it changes."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def _marked(text: str, mistake: FormulaMistake) -> MarkedSide:
    at, end = mistake.position, mistake.end
    return MarkedSide(text[:at], text[at:end], text[end:], str(mistake))


class SwitchForm(forms.Form):
    """Whether a version of a rule is on, and why."""

    version = forms.IntegerField(min_value=1)
    is_on = forms.BooleanField(required=False)
    reason = WordsField("原因", LONGEST_REASON, label="原因")
