"""The section of the variance page that says where the gap comes from: 差额是怎么来的."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from budgets.adjustment_places import said_of, with_places
from budgets.bridge import Bridge, Step, Stretch, bridge_of
from budgets.charts import Chart, waterfall
from budgets.measures import FIGURE_TITLES, ratio
from budgets.money import amount_text, rate_text
from budgets.returns import ADJUSTMENTS, BY_FUNCTION
from budgets.views.addresses import row_url
from budgets.views.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PrintedStep:
    """One line of the table: a total ("whole"), a step, or the steps folded into one line ("rest")."""

    style: str
    name: str
    amount: str
    share: str = ""
    detail: str = ""
    url: str = ""
    """Where it is entered; "" for a line that stands for several."""


@dataclass(frozen=True, slots=True)
class PrintedBridge:
    """The bridge as the page shows it; without the two totals only `missing` and where to fill them in."""

    url: str
    missing: str = ""
    sentence: str = ""
    note: str = ""
    chart: Chart | None = None
    steps: tuple[PrintedStep, ...] = ()
    folded: int = 0
    """How many steps are folded."""


def printed_bridge(workspace: Workspace) -> PrintedBridge:
    """Return the way from the initial budget to the outturn in the reader's unit."""
    found = bridge_of(workspace.rows)
    if found:
        return _Printer(workspace, found).printed()
    top = workspace.head.row
    blank = [FIGURE_TITLES[name] for name in ("initial_budget", "outturn") if top.values[name] is None]
    missing = f"{BY_FUNCTION.title}的合计缺{'、'.join(blank)}，还说不出差额是怎么来的。"
    return PrintedBridge(row_url(workspace.submission, top), missing=missing)


class _Printer:
    """Prints one bridge."""

    def __init__(self, workspace: Workspace, bridge: Bridge):
        self.submission, self.unit, self.bridge = workspace.submission, workspace.unit, bridge
        self.adjustments = with_places(ADJUSTMENTS, workspace.rows)
        self.top_url = row_url(self.submission, bridge.top)

    def printed(self) -> PrintedBridge:
        bridge = self.bridge
        return PrintedBridge(
            self.top_url,
            sentence=self._sentence(),
            note=self._note(),
            chart=waterfall(list(self._bars()), bridge.initial, self.unit, may_be_cut=True),
            steps=tuple(self._lines()),
            folded=len(bridge.adjusted.others) + len(bridge.executed.others),
        )

    def _sentence(self) -> str:
        """年初预算 1,385.50 → 决算 1,968.01，相差 +582.51 万元（+42.04 %）：其中……."""
        bridge = self.bridge
        rate = "" if bridge.rate is None else f"（{rate_text(bridge.rate, signed=True)} %）"
        whole = (
            f"年初预算 {self._text(bridge.initial)} → 决算 {self._text(bridge.outturn)}，"
            f"相差 {self._signed(bridge.gap)} {self.unit.label}{rate}"
        )
        parts = list(self._parts())
        return f"{whole}：其中{'，'.join(parts)}。" if parts else f"{whole}。"

    def _parts(self) -> Iterator[str]:
        """What the sentence names: the stretches where there are two, and the steps that matter most."""
        bridge = self.bridge
        for stretch, words in (
            (bridge.adjusted, "年度中调整"),
            (bridge.executed, f"执行较{bridge.revised_title}"),
        ):
            if bridge.revised is not None:
                named = "、".join(self._named(stretch, 2))
                yield f"{words} {self._signed(stretch.change)}{f'（{named}）' if named else ''}"
            else:
                yield from self._named(stretch, 3)

    def _named(self, stretch: Stretch, most: int) -> Iterator[str]:
        """The steps that matter most; 其余 are those that chart and table fold, else it says 等."""
        for at, step in enumerate(stretch.first[:most], 1):
            among = f" 等 {len(stretch.steps)} 项" if at == most < len(stretch.first) else ""
            yield f"{step.label} {self._signed(step.change)}{among}"
        if stretch.others and len(stretch.first) <= most:
            yield f"其余 {len(stretch.others)} 项 {self._signed(stretch.rest)}"

    def _note(self) -> str:
        bridge = self.bridge
        if bridge.revised is None:
            missing = f"有 {bridge.lacking} 行没有全年预算数" if bridge.lacking else "没有全年预算数"
            return f"{missing}，也没有登记调整文件，先按各行的年初预算数与决算数比较。"
        if bridge.lacking:
            return (
                f"还有 {bridge.lacking} 行没有全年预算数，先按年初预算数加调整文件比较；"
                "补齐年初预算数，并在每份文件里写明功能科目，就算得出。"
            )
        return "年初预算数加年度中的调整，是全年预算数；再加执行中的多支少支，就是决算数。"

    def _bars(self) -> Iterator[tuple[str, Decimal | None]]:
        yield "年初预算", None
        if self.bridge.revised is not None:
            yield from self._bars_of(self.bridge.adjusted)
            yield self.bridge.revised_title, None
        yield from self._bars_of(self.bridge.executed)
        yield "决算", None

    def _bars_of(self, stretch: Stretch) -> Iterator[tuple[str, Decimal | None]]:
        yield from ((step.label, step.change) for step in stretch.first)
        if stretch.others:
            yield f"其余 {len(stretch.others)} 项", stretch.rest

    def _lines(self) -> Iterator[PrintedStep]:
        bridge = self.bridge
        yield self._whole("年初预算", bridge.initial)
        if bridge.revised is not None:
            yield from self._lines_of(bridge.adjusted)
            yield self._whole(bridge.revised_title, bridge.revised)
        yield from self._lines_of(bridge.executed)
        yield self._whole("决算", bridge.outturn)

    def _lines_of(self, stretch: Stretch) -> Iterator[PrintedStep]:
        yield from (self._line(step, "") for step in stretch.first)
        if stretch.others:
            rest = stretch.rest
            name = f"其余 {len(stretch.others)} 项"
            yield PrintedStep("rest", name, self._signed(rest), self._share(rest))
            yield from (self._line(step, "folded") for step in stretch.others)

    def _line(self, step: Step, style: str) -> PrintedStep:
        detail = step.detail
        if step.row.schedule == ADJUSTMENTS:
            detail = said_of(step.row, self.adjustments)
        url = row_url(self.submission, step.row)
        return PrintedStep(
            style, step.label, self._signed(step.change), self._share(step.change), detail, url
        )

    def _whole(self, name: str, yuan: Decimal) -> PrintedStep:
        return PrintedStep("whole", name, self._text(yuan), url=self.top_url)

    def _share(self, yuan: Decimal) -> str:
        return rate_text(ratio(yuan, self.bridge.gap))

    def _text(self, yuan: Decimal) -> str:
        return amount_text(yuan, self.unit)

    def _signed(self, yuan: Decimal) -> str:
        return amount_text(yuan, self.unit, signed=True)
