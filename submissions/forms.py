"""What people write: words that can be kept and printed, and the comment of a reviewer."""

from datetime import date
from typing import Any

from django import forms

from orgs.file_kinds import EvidenceFile, NotEvidence, check_size, clean_name, evidence_file
from orgs.words import has_words, storable
from submissions.models import PointEntry, Publication, ReviewPoint, Transition
from submissions.publications import DAYS, mistaken_days

LONGEST_COMMENT: int = Transition._meta.get_field("comment").max_length or 0


class WordsField(forms.CharField):
    """Text as it can be kept and printed: no control characters, one kind of line end, no blanks around it.

    Its length is that of what is kept; browsers count a line end as two characters, so they are not asked.
    """

    def __init__(self, title: str, longest: int, **options: Any):
        super().__init__(required=False, strip=True, **options)
        self.title, self.longest = title, longest
        self.validators = []  # what they refuse, `to_python` leaves out

    def to_python(self, value: Any) -> str:
        """Return the text cleaned; raise ValidationError with its length when it is too long."""
        words = storable(str(value or "")).strip()
        if len(words) > self.longest:
            raise forms.ValidationError(f"{self.title}有 {len(words)} 字，最多 {self.longest} 字，请写短些。")
        return words


class DecisionForm(forms.Form):
    """A decision: her comment, the number of the latest step she saw, and how much a return opens."""

    seen = forms.IntegerField(min_value=0)
    comment = WordsField("审核意见", LONGEST_COMMENT)
    points_only = forms.BooleanField(required=False)


class PublicationForm(forms.ModelForm):
    """That a return is made public: by whom reviewed and signed, and when."""

    secrecy_reviewer = WordsField("保密审查人", 50, label="保密审查人")
    signatory = WordsField("审签人", 50, label="审签人（部门主要负责人）")
    address = forms.URLField(label="公开网址", required=False, max_length=300, assume_scheme="https")
    authorisation = WordsField("委托公开的依据", 200, label="委托公开的依据")

    class Meta:
        model = Publication
        fields = (
            "approval_date",
            "reply_date",
            "secrecy_reviewer",
            "secrecy_review_date",
            "signatory",
            "sign_off_date",
            "published_date",
            "address",
            "authorisation",
        )
        widgets = {
            name: forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            for name in fields
            if name.endswith("_date")
        }

    def __init__(self, fiscal_year: int, today: date, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fiscal_year, self.today = fiscal_year, today

    def clean(self) -> dict[str, Any]:
        """Refuse days that cannot be, and a record without names."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("secrecy_reviewer", "signatory"):
            if name in cleaned and not has_words(cleaned[name]):
                self.add_error(name, f"请填写{self.fields[name].label}。")
        days = {name: cleaned[name] for name in DAYS if cleaned.get(name)}
        for name, sentence in mistaken_days(days, self.fiscal_year, self.today).items():
            self.add_error(name, sentence)
        return cleaned


WHY = "请选一个原因。"


class PointForm(forms.Form):
    """A review point: its place by the names of section, row and column, why, and what is asked."""

    section = forms.CharField(required=False, max_length=40)
    row = forms.CharField(required=False, max_length=80)
    column = forms.CharField(required=False, max_length=40)
    quote = WordsField("引用原文", ReviewPoint._meta.get_field("quote").max_length or 0)
    reason = forms.ChoiceField(
        choices=ReviewPoint.Reason, error_messages=dict.fromkeys(("required", "invalid_choice"), WHY)
    )
    demand = WordsField("要求", ReviewPoint._meta.get_field("demand").max_length or 0)


class WideningForm(forms.Form):
    """What more of a return is given back: a section by its name, "" for all of it; and why."""

    section = forms.CharField(required=False, max_length=40)
    demand = WordsField("原因", ReviewPoint._meta.get_field("demand").max_length or 0)


class EvidenceField(forms.FileField):
    """An uploaded file that passes the gate of evidence; its value is an `EvidenceFile`."""

    def __init__(self, **options: Any):
        chosen = dict.fromkeys(("required", "missing", "invalid"), "请选择要上传的文件。")
        super().__init__(allow_empty_file=True, error_messages=chosen, **options)

    def clean(self, data: Any, initial: Any = None) -> EvidenceFile:
        """Return the file; raise ValidationError with what is wrong with it and what to do."""
        uploaded = super().clean(data, initial)
        try:
            check_size(clean_name(uploaded.name), uploaded.size)
            return evidence_file(uploaded.read(), uploaded.name)
        except NotEvidence as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class AttachmentForm(forms.Form):
    """A file, and its place: a section, a section and a row of it, or the number of a review point."""

    place = forms.CharField(required=False, max_length=130)
    point = forms.IntegerField(required=False, min_value=1)
    file = EvidenceField(label="文件")


class SayingForm(forms.Form):
    """What is said of a review point."""

    text = WordsField("这段话", PointEntry._meta.get_field("text").max_length or 0)
