"""What this app keeps of a bureau's deeds, as the trail tells it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from performance.frameworks import FRAMEWORKS
from performance.models import RoundScoring, SampleDraw
from performance.schemes import SCHEMES
from submissions.trail import Beside, Source


def _scoring(row: Mapping[str, Any]) -> str:
    framework, scheme = FRAMEWORKS[row["before"]].name, SCHEMES[row["after"]].name
    return f"指标框架 {framework}；评分办法 {scheme}。依据：{row['words']}"


def _draw(row: Mapping[str, Any]) -> str:
    return f"种子 {row['before']}。依据：{row['words']}"


TRAIL = (
    Beside(
        kind="scoring",
        label="选定评分办法",
        source=Source(
            RoundScoring.objects.all,
            unit="round__bureau",
            round="round",
            told={"words": F("reason"), "before": F("framework"), "after": F("scheme")},
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
)
"""The records of this app that stand in the trail."""
