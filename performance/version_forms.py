"""What somebody sends to learn whether it is the approved version."""

from typing import Any

from django import forms


class ApprovedVersionForm(forms.Form):
    """A workbook or a report; what it holds is read elsewhere."""

    file = forms.FileField(
        label="从本系统下载的 Excel 上报表格，或 Word 自评报告",
        help_text="只核对，不保存；文件不会留在系统里。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.docx"}),
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的，请重新选择。",
            "missing": "请选择文件。",
        },
    )

    def clean_file(self) -> Any:
        """Refuse what is made here too and cannot be compared."""
        uploaded: Any = self.cleaned_data["file"]
        if uploaded.name.lower().endswith((".pdf", ".zip", ".doc")):
            raise forms.ValidationError(
                "PDF、压缩包和 .doc 不能核对：请上传 Excel 上报表格（.xlsx）或 Word 自评报告（.docx）。"
            )
        return uploaded

    def read(self) -> tuple[bytes, str]:
        """Return the bytes of the file and its name."""
        uploaded: Any = self.cleaned_data["file"]
        return uploaded.read(), uploaded.name
