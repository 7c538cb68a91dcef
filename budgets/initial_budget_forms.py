"""What an administrator sends to import initial budgets."""

import hashlib
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from budgets.initial_budget_sheets import BudgetReading, read_budgets
from orgs.spreadsheets import MOST_BYTES, NotASpreadsheet, read_sheets


class BudgetFileForm(forms.Form):
    """A workbook of initial budgets. After `is_valid`, `reading` has what it says, mistakes included."""

    file = forms.FileField(
        label="文件",
        help_text="用模板填好的 Excel 工作簿（.xlsx），不超过 5 MB、2 万行。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的，请重新选择。",
            "missing": "请选择文件。",
        },
    )

    reading: BudgetReading
    sha256 = ""

    def __init__(self, year: int, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._year = year

    def clean_file(self) -> UploadedFile:
        """Read the workbook: its bytes, one more than are allowed at most, then its table."""
        file: UploadedFile = self.cleaned_data["file"]
        content = file.read(MOST_BYTES + 1)
        self.sha256 = hashlib.sha256(content).hexdigest()
        try:
            sheets = read_sheets(content, file.name or "")
        except NotASpreadsheet as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        self.reading = read_budgets([(sheet.name, sheet.rows) for sheet in sheets], self._year)
        return file


class ShownForm(forms.Form):
    """What an address asks for of a preview; what it does not understand it does not ask for."""

    show = forms.ChoiceField(required=False, choices=[("units", ""), ("differs", ""), ("rows", "")])
    unit = forms.RegexField(r"\A[0-9A-Za-z]{1,20}\Z", required=False)
