"""What administrators send about the classifications: the file of a book, and what they search for."""

import hashlib
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from budgets.books import BookReading, NoTable, read_book
from budgets.models import BOOKS, rules_of
from orgs.spreadsheets import MOST_BYTES, NotASpreadsheet, read_sheets

FIRST_YEAR, LAST_YEAR = 2000, 2100
VALIDITIES = [("valid", "当年有效"), ("other", "当年无效"), ("all", "全部")]


def _year_field(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label="年度",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        error_messages={
            "required": "请填写年度，如 2024。",
            "invalid": "年度应是四位数字，如 2024。",
            "min_value": f"年度应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。",
            "max_value": f"年度应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。",
        },
        **options,
    )


class BookForm(forms.Form):
    """An official book: which one, of which year, and its file. After `is_valid`, `reading` has its rows.

    A file that was understood and has mistakes in its cells leaves the form valid; they are in `reading`.
    """

    book = forms.ChoiceField(label="科目", choices=BOOKS, error_messages={"required": "请选择科目。"})
    fiscal_year = _year_field()
    sheet = forms.CharField(
        label="工作表", required=False, max_length=31, help_text="文件里只有一张科目表时不用填。"
    )
    file = forms.FileField(
        label="文件",
        help_text="Excel 工作簿（.xlsx），不超过 5 MB。要有“科目编码”（或“类、款、项”）和“科目名称”的表头。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的，请重新选择。",
            "missing": "请选择文件。",
        },
    )

    reading: BookReading
    sha256 = ""

    def clean_file(self) -> UploadedFile:
        """Take the file's bytes, one more than are allowed at most."""
        file: UploadedFile = self.cleaned_data["file"]
        self.content = file.read(MOST_BYTES + 1)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        return file

    def clean(self) -> dict[str, Any]:
        """Read the table of codes when everything else is right."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            sheets = [(sheet.name, sheet.rows) for sheet in read_sheets(self.content, data["file"].name)]
            self.reading = read_book(sheets, rules_of(data["book"]), data["sheet"])
        except (NotASpreadsheet, NoTable) as refusal:
            self.add_error("file", str(refusal))
        return data


class CategorySearchForm(forms.Form):
    """What is looked for in the confirmed table; every mistake falls back to what is usual."""

    book = forms.ChoiceField(label="科目", choices=BOOKS, widget=forms.Select(attrs={"class": "input"}))
    year = _year_field(required=False, widget=forms.NumberInput(attrs={"class": "input"}))
    validity = forms.ChoiceField(
        label="有效", choices=VALIDITIES, widget=forms.Select(attrs={"class": "input"})
    )
    q = forms.CharField(
        label="查找",
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"class": "input", "placeholder": "编码、名称或拼音首字母"}),
    )

    @classmethod
    def understood(cls, data: dict[str, str], year: int | None) -> "CategorySearchForm":
        """Return a valid form of what was asked; `year` is taken where none was asked."""
        usual = {
            "book": BOOKS[0][0],
            "year": str(year or ""),
            "validity": "valid" if year else "all",
            "q": "",
        }
        form = cls(usual | data)
        if not form.is_valid():
            form = cls(usual | {name: data[name] for name in data if name not in form.errors})
            form.is_valid()
        return form
