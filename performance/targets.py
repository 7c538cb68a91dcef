"""The approved targets of a return: whether they are locked, and what was asked and said to change them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from budgets.money import figure_text, shorten
from performance.models import IndicatorFields, IndicatorLine, ProjectIndicatorLine
from performance.readings import TO_FILL
from performance.returns import DIRECTION_CHOICES, INDICATORS, SECOND_LEVELS, TARGET_COLUMNS
from performance.target_models import TargetAnswer, TargetApproval, TargetRequest
from submissions.history import PREPARER, Told, who
from submissions.models import Submission
from submissions.workflow import Side

COLUMNS = {
    column.name: column for name in TARGET_COLUMNS for column in INDICATORS.columns if column.name == name
}
"""The columns of a target by name, in the order in which they are read."""
_WORDS = {"second_level": dict(SECOND_LEVELS), "direction": dict(DIRECTION_CHOICES)}

Target = Mapping[str, str]
"""The columns of TARGET_COLUMNS as text; {} for no indicator."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that a request changes, in words."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answer, None while it is open."""

    request: TargetRequest
    answer: TargetAnswer | None

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.answer is None

    @property
    def state(self) -> str:
        """What became of it."""
        return self.answer.get_kind_display() if self.answer else "待答复"

    @property
    def deed(self) -> str:
        """What it asks for: 调整, 新增 or 取消."""
        return deed_of(self.request)

    @property
    def place(self) -> str:
        """Whose indicator it is."""
        return place_words(self.request.project)

    @property
    def differences(self) -> list[Difference]:
        """The columns that it changes; all that are filled in of an indicator that comes or goes."""
        old, new = (_said(target) for target in (self.request.old, self.request.new))
        pairs = ((column.title, old[name], new[name]) for name, column in COLUMNS.items())
        return [Difference(*each) for each in pairs if each[1] != each[2]]


@dataclass(frozen=True, slots=True)
class Targets:
    """The approval of a return's targets, and what was asked for since, the newest first."""

    approval: TargetApproval | None
    asked: list[Asked] = field(default_factory=list)

    @property
    def adjusted(self) -> list[Asked]:
        """The adjustments that were approved."""
        return [each for each in self.asked if each.answer and each.answer.kind == TargetAnswer.Kind.APPROVED]

    @property
    def open(self) -> list[Asked]:
        """The requests that nobody has answered yet."""
        return [each for each in self.asked if each.is_open]


def deed_of(request: TargetRequest) -> str:
    """What a request asks for: 调整, 新增 or 取消."""
    return "新增" if not request.old else "调整" if request.new else "取消"


def place_words(project: str) -> str:
    """Whose indicators they are, in words; "" is the department."""
    return f"项目“{shorten(project)}”" if project else "部门整体"


def _said(target: Target) -> dict[str, str]:
    said = {name: target.get(name, "") for name in TARGET_COLUMNS}
    return {name: _WORDS.get(name, {}).get(text, text) or "空白" for name, text in said.items()}


def target_of(line: IndicatorFields) -> dict[str, str]:
    """Return what a stored indicator says of its target."""
    return {name: figure_text(getattr(line, name)) for name in TARGET_COLUMNS}


def lines_of(submission: Submission) -> list[tuple[str, IndicatorFields]]:
    """Return all indicators of a return with their project, "" for the department's; two queries."""
    of_projects = ProjectIndicatorLine.objects.of_submission(submission)
    return [
        *(("", line) for line in IndicatorLine.objects.of_submission(submission)),
        *((line.project, line) for line in of_projects),
    ]


def is_stated(target: Target) -> bool:
    """Whether the value of a target is written, and no number of it left open.

    A blank 是/否 is scored as 是, but is to be written all the same: what is approved stands there.
    """
    return bool(target["target_value"]) and TO_FILL not in target["target_value"]


def targets_of(submission: Submission) -> Targets:
    """Read the approval of a return and the requests since: one query, two where there is one."""
    approval = TargetApproval.objects.of_return(submission).first()
    if approval is None:
        return Targets(None)
    found = TargetRequest.objects.of_return(submission).select_related("answer").order_by("-pk")
    return Targets(approval, [Asked(each, getattr(each, "answer", None)) for each in found])


def held_words(targets: Targets, project: str, *, has_lines: bool) -> str:
    """Say why a project that is gone keeps its indicators, and what to do; "" where nothing holds them.

    Which project has become which only the bureau can say: approved targets are another project's by request.
    """
    if targets.approval and has_lines:
        return (
            f"项目“{project}”的目标已经批复，不能直接改到别的项目或删除：请把项目支出表里的名称改回来；"
            "确需变动的，申请取消它的指标，在现在的项目下申请新增。"
        )
    if any(each.request.project == project for each in targets.open):
        return f"项目“{project}”有目标调整申请在等答复，请等答复，或先撤回申请。"
    return ""


def told_of_targets(submission: Submission) -> Iterator[Told]:
    """Tell the approval of targets, the requests and their answers, for a return's history; two queries."""
    found = targets_of(submission)
    if found.approval is None:
        return
    office, unit = (Side.PERFORMANCE_OFFICE.label, submission.round.bureau), (PREPARER, submission.unit)
    approval = found.approval
    number = f"（{approval.document}）" if approval.document else ""
    said = f"批复绩效目标{number}，共 {len(approval.targets)} 个指标，此后锁定。"
    yield Told(approval.at, f"{who(approval.actor_name, *office)}{said}")
    for each in found.asked:
        request, answer = each.request, each.answer
        what = f"{each.place}的指标“{request}”"
        yield Told(
            request.at,
            f"{who(request.actor_name, *unit)}申请{each.deed}{what}的目标。",
            request_words(request),
        )
        if answer:
            side = unit if answer.kind == TargetAnswer.Kind.WITHDRAWN else office
            deed = _ANSWERED[TargetAnswer.Kind(answer.kind)].format(deed=each.deed)
            yield Told(answer.at, f"{who(answer.actor_name, *side)}{deed}：{what}。", answer.remark)


_ANSWERED = {
    TargetAnswer.Kind.APPROVED: "批准{deed}目标",
    TargetAnswer.Kind.REFUSED: "没有批准{deed}目标",
    TargetAnswer.Kind.WITHDRAWN: "撤回{deed}目标的申请",
}


def request_words(request: TargetRequest) -> str:
    """Say in one line what a request changes, old to new, with its reason and its document."""
    changes = "；".join(f"{each.title}：{each.old} → {each.new}" for each in Asked(request, None).differences)
    number = f"文号：{request.document}。" if request.document else ""
    return f"{changes}。理由：{request.reason}{'' if request.reason.endswith('。') else '。'}{number}"


def as_columns(target: Mapping[str, Any]) -> dict[str, Any]:
    """Return a target as the columns of an indicator are stored."""
    return {name: target[name] or (None if COLUMNS[name].is_figure else "") for name in TARGET_COLUMNS}
