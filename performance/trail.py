"""What this app keeps of a bureau's deeds, as the trail tells it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast

from performance.bases import said_of
from performance.models import LibraryIndicator, RecheckVersion, RoundScoring, SampleDraw
from performance.returns import SECOND_LEVELS
from submissions.trail import Beside, Source

WITHDRAWN = "withdrawn"
"""What was done to an indicator of the library that counts no more."""
SECOND_LEVEL_NAMES = dict(SECOND_LEVELS)


def _scoring(row: Mapping[str, Any]) -> str:
    return f"{said_of(row['before'], row['after'], row['deed'])}。依据：{row['words']}"


def _draw(row: Mapping[str, Any]) -> str:
    return f"种子 {row['before']}。依据：{row['words']}"


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
                "deed": F("mode"),
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
