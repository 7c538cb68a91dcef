"""What this app keeps of a bureau's deeds, as the trail tells it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Case, CharField, F, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat

from performance.bases import said_of
from performance.models import (
    LibraryIndicator,
    RecheckVersion,
    RoundScoring,
    SampleDraw,
    TargetAnswer,
    TargetApproval,
    TargetRequest,
)
from performance.returns import SECOND_LEVELS
from performance.targets import place_words
from submissions.trail import Beside, Source

WITHDRAWN = "withdrawn"
"""What was done to an indicator of the library that counts no more."""
SECOND_LEVEL_NAMES = dict(SECOND_LEVELS)


def _scoring(row: Mapping[str, Any]) -> str:
    return f"{said_of(row['before'], row['after'], *row['deed'].split())}。依据：{row['words']}"


def _draw(row: Mapping[str, Any]) -> str:
    return f"种子 {row['before']}。依据：{row['words']}"


def _name(target: str) -> Coalesce:
    """What an indicator is called in a target kept as JSON; "" without one."""
    return Coalesce(KeyTextTransform("name", target), Value(""), output_field=CharField())


def _approval(row: Mapping[str, Any]) -> str:
    return f"批复日期 {row['before']}{f'，文号 {words}' if (words := row['words']) else ''}"


def _request(row: Mapping[str, Any]) -> str:
    what = f"{place_words(row['deed'])}的指标“{row['before'] or row['after']}”"
    return f"{what}。理由：{row['words']}"


def _answer(row: Mapping[str, Any]) -> str:
    kind, said = TargetAnswer.Kind(row["deed"]).label, f"。意见：{row['words']}" if row["words"] else ""
    return f"{kind}：{row['before'] or row['after']}{said}"


def _recheck(row: Mapping[str, Any]) -> str:
    return f"自评 {row['before']} 分，复核 {row['after']} 分"


def _library(row: Mapping[str, Any]) -> str:
    if row["deed"] == WITHDRAWN:
        done = "停用"
    else:
        done = "新增" if row["before"] == "1" else f"修改为第 {row['before']} 版"
    return f"{done}“{row['words']}”（{SECOND_LEVEL_NAMES[row['after']]}）"


TRAIL = (
    Beside(
        kind="scoring",
        label="选定评分办法",
        source=Source(
            RoundScoring.objects.all,
            unit="round__bureau",
            round="round",
            told={
                "deed": Concat("mode", Value(" "), "overrun", Value(" "), "bands"),
                "words": F("reason"),
                "before": F("framework"),
                "after": F("scheme"),
            },
        ),
        said=_scoring,
    ),
    Beside(
        kind="draw",
        label="抽取复核样本",
        source=Source(
            SampleDraw.objects.all,
            unit="round__bureau",
            round="round",
            told={"words": F("reason"), "before": F("seed")},
        ),
        said=_draw,
    ),
    Beside(
        kind="targets",
        label="批复绩效目标",
        source=Source(
            TargetApproval.objects.all,
            unit="submission__unit",
            round="submission__round",
            told={"words": F("document"), "before": Cast("approved_on", CharField())},
        ),
        said=_approval,
    ),
    Beside(
        kind="target_ask",
        label="申请调整目标",
        source=Source(
            TargetRequest.objects.all,
            unit="submission__unit",
            round="submission__round",
            told={
                "deed": F("project"),
                "words": F("reason"),
                "before": _name("old"),
                "after": _name("new"),
            },
        ),
        said=_request,
    ),
    Beside(
        kind="target_say",
        label="答复目标调整",
        source=Source(
            TargetAnswer.objects.all,
            unit="request__submission__unit",
            round="request__submission__round",
            told={
                "deed": F("kind"),
                "words": F("remark"),
                "before": _name("request__old"),
                "after": _name("request__new"),
            },
        ),
        said=_answer,
    ),
    Beside(
        kind="recheck",
        label="完成复核",
        source=Source(
            partial(RecheckVersion.objects.filter, is_finished=True),
            unit="submission__unit",
            round="submission__round",
            told={
                "before": Cast("own_total", CharField()),
                "after": Cast("found_total", CharField()),
            },
        ),
        said=_recheck,
    ),
    Beside(
        kind="library",
        label="维护指标库",
        source=Source(
            LibraryIndicator.objects.all,
            unit="bureau",
            round="",
            told={
                "deed": Case(When(is_withdrawn=True, then=Value(WITHDRAWN)), default=Value("")),
                "words": F("name"),
                "before": Cast("version", CharField()),
                "after": F("second_level"),
            },
        ),
        said=_library,
    ),
)
"""The records of this app that stand in the trail."""
