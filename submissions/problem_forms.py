"""What is sent about problems (问题整改)."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from orgs.file_kinds import EvidenceFile
from orgs.models import Unit
from submissions.forms import EvidenceField, WordsField
from submissions.models import CollectionRound, Problem, ProblemEntry
from submissions.problem_actions import MOST_FILES, Answer, ProblemPlan
from submissions.problems import Search
from submissions.round_forms import DayField


def _words(name: str, label: str, rows: int) -> WordsField:
    longest: Any = Problem._meta.get_field(name)
    widget = forms.Textarea(attrs={"rows": rows, "class": "input"})
    return WordsField(label, longest.max_length, label=label, widget=widget)


class ProblemForm(forms.Form):
    """A problem, what is asked, until when; where it was taken from, and what the unit itself would do."""

    text = _words("text", "问题", 3)
    demand = _words("demand", "整改要求", 3)
    own_measure = _words("own_measure", "单位拟采取的措施", 2)
    due_date = DayField("时限")
    origin = forms.ChoiceField(choices=Problem.Source.choices, required=False)

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None):
        super().__init__(data, initial=initial, auto_id="problem-%s", label_suffix="")

    @property
    def plan(self) -> ProblemPlan:
        """What it says, once it is valid."""
        said = self.cleaned_data
        return ProblemPlan(
            text=said["text"],
            demand=said["demand"],
            due_date=said["due_date"],
            source=said["origin"] or Problem.Source.FREE,
            own_measure=said["own_measure"],
        )


class AnswerProblemForm(forms.Form):
    """The measure that was taken, how far it is, and the evidence: files, and some of the return's."""

    text = WordsField("整改措施", ProblemEntry._meta.get_field("text").max_length or 0)
    progress = forms.CharField(required=False, max_length=10)

    def __init__(self, data: Any, files: MultiValueDict[str, Any]):
        super().__init__(data, files)
        self.attachments = [int(each) for each in data.getlist("attachments") if each.isdecimal()][:100]
        self.sent: list[EvidenceFile] = []

    def clean(self) -> dict[str, Any]:
        """Let each file pass the gate of evidence."""
        field = EvidenceField(required=True)
        for each in self.files.getlist("files")[: MOST_FILES + 1]:
            self.sent.append(field.clean(each))
        return self.cleaned_data

    def answer(self, attachments: Any) -> Answer:
        """What it says, with those of the return's files that were ticked."""
        said = self.cleaned_data
        return Answer(said["text"], said["progress"], tuple(self.sent), tuple(attachments))


class SendBackForm(forms.Form):
    """What is still lacking, and until when it is asked for."""

    text = WordsField("这段话", ProblemEntry._meta.get_field("text").max_length or 0)
    due_date = DayField("时限", required=False)


class ProblemSearchForm(forms.Form):
    """Which problems of a round are looked at: in a state, of a department, the late ones."""

    state = forms.ChoiceField(required=False, choices=Problem.State.choices)
    department = forms.ModelChoiceField(Unit.objects.none(), required=False)
    overdue = forms.BooleanField(required=False)

    def __init__(self, round: CollectionRound, data: Any):
        super().__init__(data)
        self.departments = Unit.objects.filter(parent=round.bureau).order_by("path")
        self.fields["department"].queryset = self.departments  # type: ignore[attr-defined]

    @property
    def search(self) -> Search:
        """What is asked for; what is not understood is not."""
        self.is_valid()
        said = self.cleaned_data
        return Search(said.get("state") or "", said.get("department"), bool(said.get("overdue")))
