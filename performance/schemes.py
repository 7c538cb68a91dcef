"""Schemes of scoring (评分办法): what a total may be at most where little of the budget was spent.

Pure: imports neither Django nor openpyxl. Rates are percent and count as they are printed.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from budgets.money import round_half_up


@dataclass(frozen=True, slots=True)
class Cap:
    """What a total is at most below an execution rate."""

    below: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of the scheme. Its caps come from the lowest rate up."""

    code: str
    name: str
    source: str
    caps: tuple[Cap, ...] = ()

    def cap_of(self, rate: Decimal | None) -> Cap | None:
        """Return the cap a rate puts on the total; None without one, and without a rate."""
        if rate is None:
            return None
        printed = round_half_up(rate)
        return next((cap for cap in self.caps if printed < cap.below), None)


NO_CAPS = Scheme("no_caps", "不封顶", "财预〔2020〕10号：总分为各项得分之和")

EXECUTION_CAPS = Scheme(
    "execution_caps",
    "按预算执行率封顶",
    # Source: scoring rules A5, one province's system.
    "一省的评分办法：执行率不到 80% 的，总分最高 89 分；不到 70% 的 79 分，60% 的 69 分，50% 的 59 分",
    tuple(Cap(Decimal(below), Decimal(most)) for below, most in ((50, 59), (60, 69), (70, 79), (80, 89))),
)

SCHEMES = {scheme.code: scheme for scheme in (NO_CAPS, EXECUTION_CAPS)}
"""All schemes by code; the first is used where the bureau has chosen none."""


class Mode(StrEnum):
    """How the score of an indicator comes about (计分方式)."""

    MANUAL = "manual"
    """Typed; the computed one stands beside it."""
    EDITABLE = "editable"
    """Computed and proposed; a different one needs an explanation."""
    LOCKED = "locked"
    """Computed where a rule gives it; only what no rule gives is typed."""


MODES = {
    Mode.MANUAL: "手工评分",
    Mode.EDITABLE: "系统计算，可以改",
    Mode.LOCKED: "系统计算，不可改",
}
"""The modes as they are chosen. Source: scoring rules A5."""

MODE_HINTS = {
    Mode.MANUAL: "得分由填报人填，计算得分列在旁边，供对照。",
    Mode.EDITABLE: "系统按指标值和完成值算出得分，可以一次采用；另填的相差超过 0.1 分，要写情况说明。",
    Mode.LOCKED: "能算的得分由系统计算，不能改；只有定性指标由填报人填。",
}
"""What each means for who fills in a return."""
