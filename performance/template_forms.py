"""What an administrator sends as the template of the report."""

from typing import Any

from django import forms

from orgs.file_kinds import EvidenceFile, FileKind, NotEvidence, check_size, clean_name, evidence_file


class TemplateForm(forms.Form):
    """A Word file; valid with one that passes the gate of Office files and is a .docx."""

    file = forms.FileField(
        label="Word 模板",
        help_text="在下载的模板上改，存为 .docx 再上传。",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的，请重新选择。",
            "missing": "请选择文件。",
        },
    )

    def clean_file(self) -> EvidenceFile:
        """Return the file as it is kept."""
        uploaded: Any = self.cleaned_data["file"]
        try:
            check_size(clean_name(uploaded.name), uploaded.size)
            found = evidence_file(uploaded.read(), uploaded.name)
        except NotEvidence as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if found.kind is not FileKind.DOCX:
            raise forms.ValidationError("报告模板应当是 Word 文档（.docx）。请下载自带的模板，在它上面改。")
        return found
