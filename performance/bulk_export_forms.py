"""What an administrator asks a bulk export for."""

from typing import Any

from django import forms

from orgs.models import Unit
from performance.bulk_exports import departments_below, part_choices
from submissions.models import CollectionRound

APPROVED, ALL = "approved", "all"


class BulkExportForm(forms.Form):
    """Which units of a round, which parts of their packages, and whether only what is approved."""

    department = forms.ChoiceField(
        label="单位范围",
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": "没有这个部门，请在列表里选一个。"},
    )
    parts = forms.MultipleChoiceField(
        label="导出哪些",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少选一种材料。",
            "invalid_choice": "没有这种材料，请刷新页面重新选。",
            "invalid_list": "没有看懂选了哪些材料，请刷新页面重新选。",
        },
    )
    returns = forms.ChoiceField(
        label="哪些填报",
        choices=[(APPROVED, "只要审核通过的"), (ALL, "没有审核通过的也要（文件名注明“未审核”）")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择要哪些填报。",
            "invalid_choice": "请选择要哪些填报。",
        },
    )

    def __init__(self, round: CollectionRound, data: Any = None):
        parts = part_choices(round)
        initial = {"parts": [name for name, _ in parts], "returns": APPROVED}
        super().__init__(data, initial=initial, auto_id="export-%s", label_suffix="")
        self.departments = {str(each.pk): each for each in departments_below(round.bureau)}
        named = [(pk, f"{unit.code} {unit.name}") for pk, unit in self.departments.items()]
        self.fields["department"].choices = [("", "全部单位"), *named]  # type: ignore[attr-defined]
        self.fields["parts"].choices = parts  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What `start_bulk_export` takes; for a valid form."""
        department: Unit | None = self.departments.get(self.cleaned_data["department"])
        return {
            "department": department,
            "parts": self.cleaned_data["parts"],
            "with_unapproved": self.cleaned_data["returns"] == ALL,
        }
