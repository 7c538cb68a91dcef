"""What the pages of the library of indicators send, cleaned."""

from collections.abc import Sequence
from typing import Any

from django import forms

from budgets.money import AmountError, figure_text, parse_points
from orgs.words import has_words
from performance.library import KINDS, Shelf
from performance.library_actions import WORDS
from performance.library_models import LibraryIndicator
from performance.returns import DIRECTION_CHOICES, SECOND_LEVELS
from submissions.forms import WordsField


def _words(name: str, label: str) -> WordsField:
    field: Any = LibraryIndicator._meta.get_field(name)
    return WordsField(label, field.max_length, label=label)


class LibraryForm(forms.Form):
    """An indicator of a bureau's library; number 0 is a new one."""

    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = _words("name", "三级指标")
    second_level = forms.ChoiceField(
        label="二级指标",
        choices=[("", "请选择"), *SECOND_LEVELS],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选择二级指标。"),
    )
    direction = forms.ChoiceField(
        label="指标性质",
        choices=[("", "不限"), *DIRECTION_CHOICES],
        required=False,
        error_messages={"invalid_choice": "请从列出的指标性质里选。"},
    )
    target = _words("target", "指标值")
    measuring_unit = _words("measuring_unit", "计量单位")
    weight = forms.CharField(label="建议分值", required=False, max_length=40)
    data_source = _words("data_source", "数据来源")
    kinds = forms.MultipleChoiceField(
        label="适用单位",
        choices=list(KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请从列出的适用单位里选。"},
    )

    def __init__(self, data: Any = None, **options: Any):
        super().__init__(data, auto_id="library-%s", label_suffix="", **options)

    @classmethod
    def of(cls, indicator: LibraryIndicator | None) -> "LibraryForm":
        """Return the form that changes an indicator; that of a new one for None."""
        if indicator is None:
            return cls(initial={"number": 0, "version": 0})
        words = {name: getattr(indicator, name) for name in WORDS}
        filled = {"weight": figure_text(indicator.weight), "kinds": indicator.kinds.split()}
        return cls(initial=words | filled | {"number": indicator.number, "version": indicator.version})

    def clean_name(self) -> str:
        """Refuse a name that shows nothing."""
        name: str = self.cleaned_data["name"]
        if not has_words(name):
            raise forms.ValidationError("请填写三级指标。")
        return name

    def clean_weight(self) -> Any:
        """Return the points; raise ValidationError with what is wrong with them."""
        try:
            return parse_points(self.cleaned_data["weight"])
        except AmountError as mistake:
            raise forms.ValidationError(str(mistake)) from mistake

    @property
    def facts(self) -> dict[str, Any]:
        """What she says of the indicator, and which it is."""
        given = self.cleaned_data
        words = {name: given[name] for name in WORDS} | {"kinds": " ".join(given["kinds"])}
        return {"number": given["number"], "version": given["version"], "words": words}


class WithdrawForm(forms.Form):
    """Which version of an indicator is taken out."""

    number = forms.IntegerField(min_value=1)
    version = forms.IntegerField(min_value=1)


class PickForm(forms.Form):
    """The indicators that are picked, by their codes."""

    picks = forms.MultipleChoiceField(
        error_messages={
            "required": "请先勾选指标。",
            "invalid_choice": "勾选的指标里有已经不在指标库里的，请对照下面重新勾选。",
        }
    )

    def __init__(self, shelves: Sequence[Shelf], data: Any = None):
        super().__init__(data)
        codes = [pick.code for shelf in shelves for pick in shelf.picks]
        self.fields["picks"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
