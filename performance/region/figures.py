"""Believable money of a synthetic unit over some years, in whole fen, with the mistakes of real returns.

Pure: imports neither Django nor openpyxl. What is spent is made up of leaves, each a kind of basic
expenditure or a project, and every schedule is a sum of them, so that a return agrees with itself and with
last year's; then mistakes are made in it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from performance.region.units import PlannedUnit

FEN = 100
WAN = 10_000 * FEN

MISTAKES = {
    "stated_total": 0.04,
    "basic_off": 0.03,
    "carried_over_anew": 0.03,
    "typed_in_wan": 0.01,
    "three_public_over": 0.06,
    "over_staffed": 0.06,
    "figure_in_text": 0.08,
    "unexplained": 0.2,
}
"""How often a return has which mistake.

Kinds from checks.md (C-001, C-012, C-005, the 元/万元 mix-up, C-053, C-062, C-058, C-034); its sample of real
returns, "(1 real)" to "(4 real)" of some fifty, gives the order of magnitude and no more.
"""

Five = tuple[int, int, int, int, int]
"""上年年初预算数, 上年决算数, 年初预算数, 全年预算数, 决算数, in fen."""
Money = tuple[int, int, int]
"""年初预算数, 全年预算数, 决算数 of a year, in fen."""

NOTHING: Money = (0, 0, 0)

_PERSONNEL = (  # economic 款, share of what a person costs
    ("30101", 0.31), ("30102", 0.14), ("30103", 0.12), ("30107", 0.09),
    ("30108", 0.11), ("30109", 0.04), ("30110", 0.055), ("30112", 0.01), ("30113", 0.095), ("30305", 0.03),
)  # fmt: skip
_OPERATING = (
    ("30201", 0.16), ("30202", 0.05), ("30205", 0.02), ("30206", 0.05), ("30207", 0.04), ("30209", 0.08),
    ("30211", 0.1), ("30213", 0.09), ("30215", 0.02), ("30216", 0.04), ("30226", 0.09), ("30228", 0.06),
    ("30229", 0.04), ("30239", 0.08), ("30299", 0.08),
)  # fmt: skip
HOSPITALITY, VEHICLES = "30217", "30231"
_FOR_A_VEHICLE = 25_000 * FEN
"""What a vehicle costs a year. Source: check C-056 asks between 1 and 5 万元."""
_INSURED = {"30108": "2080505", "30109": "2080506", "30113": "2210201"}
"""Which 项 the contributions are spent on. Source: check C-025."""

_PROJECTS = {
    kind: names.split()
    for kind, names in {
        "government": "业务工作 专项检查 信息化建设 宣传培训 基层能力建设 重点工作推进 设备购置",
        "township": "村级组织运转 人居环境整治 防汛抗旱 农村道路养护 综治维稳 乡村振兴产业 便民服务",
        "school": "校舍维修 教学设备购置 学生资助 校园安全 课后服务 教师培训 图书更新",
        "hospital": "基本公共卫生服务 医疗设备购置 能力提升 传染病防治 信息系统建设 人才引进 院区维修",
    }.items()
}


@dataclass(slots=True)
class Leaf:
    """Something money is spent on, in every year of the story."""

    nature: str
    """personnel, operating or project."""
    function: str
    """Its 项."""
    economic: str = ""
    """Its 款; "" for a project."""
    project: str = ""
    kind: str = ""
    """The kind of a project."""
    fund: str = "general_public"
    years: dict[int, Money] = field(default_factory=dict)

    def five(self, year: int) -> Five:
        """Its figures of a year beside last year's; what did not exist yet, or any more, is 0."""
        before, now = self.years.get(year - 1, NOTHING), self.years.get(year, NOTHING)
        return (before[0], before[2], *now)


@dataclass(slots=True)
class Story:
    """What a unit has and spends over the years."""

    unit: PlannedUnit
    leaves: list[Leaf]
    three_public: dict[str, dict[int, Money]]
    received: dict[str, dict[int, int]]
    """Revenue of a year by source."""
    closing: dict[str, dict[int, int]]
    """What is left of a fund at the end of a year."""
    counts: dict[str, dict[int, int]]
    staff: dict[int, dict[str, tuple[int | None, int]]]
    procured: float
    """Which part of the money of projects is procured by the government's rules (政府采购)."""


@dataclass(slots=True)
class Figures:
    """The rows of one return: by item, code or name, amounts in fen."""

    year: int
    staff: dict[str, tuple[int | None, int]]
    revenue: dict[str, Five]
    function: dict[tuple[str, str], Five]
    """By 项 and fund."""
    function_total: int | None
    """The outturn a wrong total states; None where none is stated."""
    nature: dict[str, Five]
    economic: dict[str, Five]
    three_public: dict[str, Five]
    counts: dict[str, tuple[int, int]]
    projects: list[tuple[str, str, str, Five]]
    """Name, kind, funding, figures."""
    carryover: dict[str, tuple[int, int, int, int]]
    base_items: dict[str, Five]
    adjustments: list[tuple[str, str, str, int]]
    """项, fund, the item of basic expenditure or the project, and by how much its budget was changed."""
    mistakes: set[str]

    @property
    def total(self) -> Five:
        """What was spent in all."""
        return added(self.function.values())


def added(rows: Iterable[Five]) -> Five:
    """Return the sums of the five columns; zeros of none."""
    first, second, third, fourth, fifth = (sum(column) for column in zip(*rows, strict=True))
    return first, second, third, fourth, fifth


def tell(
    unit: PlannedUnit, years: Sequence[int], functions: Callable[[str], Sequence[str]], chance: Random
) -> Story:
    """Make up what a unit has and spends in these years and the one before.

    `functions` gives the 项 there are below a 款.
    """
    span = [years[0] - 1, *years]
    leaves = _leaves(unit, span, functions, chance)
    used = {year: {fund: _spent(leaves, fund, year) for fund in ("general_public", "other")} for year in span}
    received, closing = _revenue(unit, span, used, chance)
    return Story(
        unit,
        leaves,
        _three_public(leaves, span),
        received,
        closing,
        _counts(leaves, span, chance),
        {year: _staff(unit, chance) for year in span},
        chance.uniform(0.05, 0.3),
    )


def _leaves(
    unit: PlannedUnit, span: Sequence[int], functions: Callable[[str], Sequence[str]], chance: Random
) -> list[Leaf]:
    codes = functions(unit.section)
    running = codes[0] if unit.is_department else codes[min(len(codes) - 1, chance.randrange(len(codes)))]
    medical = "2101101" if unit.is_department else "2101102"
    per_head, operating = chance.uniform(88_000, 132_000), chance.uniform(7_000, 26_000)
    own_fund = 0.55 if unit.kind == "hospital" else 0.0
    leaves = []
    for code, share in _PERSONNEL:
        base = per_head * share * unit.persons
        function = _INSURED.get(code, medical if code == "30110" else running)
        leaves.append(Leaf("personnel", function, code, years=_series(base, span, chance, 0.03, 0.985)))
    for code, share in _OPERATING:
        base = operating * share * unit.persons
        fund = "other" if chance.random() < own_fund else "general_public"
        leaves.append(
            Leaf("operating", running, code, fund=fund, years=_series(base, span, chance, 0.08, 0.88))
        )
    hospitality = chance.uniform(200, 1_500) * unit.persons
    leaves.append(Leaf("operating", running, HOSPITALITY, years=_declining(hospitality, span, chance)))
    if unit.kind in ("government", "township") and unit.persons > 10:
        vehicles = chance.randint(1, 6) * chance.uniform(24_000, 32_000)
        leaves.append(Leaf("operating", running, VEHICLES, years=_declining(vehicles, span, chance)))
    leaves += _projects(unit, span, codes, chance, sum(leaf.years[span[0]][0] for leaf in leaves))
    return leaves


def _projects(
    unit: PlannedUnit, span: Sequence[int], codes: Sequence[str], chance: Random, basic: int
) -> list[Leaf]:
    names = list(_PROJECTS[unit.kind])
    chance.shuffle(names)
    leaves: list[Leaf] = []
    whole = basic / FEN * chance.uniform(0.1, 1.3) / 5
    for at, name in enumerate(names[: chance.randint(3, 6)]):
        first = span[0] if at < 2 or chance.random() < 0.7 else chance.choice(span)
        last = span[-1] if at < 2 or chance.random() < 0.8 else chance.choice(span)
        active = [year for year in span if first <= year <= last]
        base = max(2_000.0, whole * chance.uniform(0.2, 2.2))
        leaf = Leaf("project", chance.choice(codes), project=f"{name}经费")
        leaf.kind = chance.choice(("operation", "maintenance", "provincial", "city", "county"))
        leaf.years = _project_years(base, active, chance)
        if active:
            leaves.append(leaf)
    return leaves


def _series(
    base: float, span: Sequence[int], chance: Random, adjusted: float, least: float
) -> dict[int, Money]:
    found: dict[int, Money] = {}
    for year in span:
        initial = _budget(base * chance.uniform(0.97, 1.03))
        revised = _budget(initial / FEN * (1 + chance.uniform(-adjusted / 3, adjusted)))
        found[year] = (initial, revised, int(revised * chance.uniform(least, 1)))
        base *= chance.uniform(1.0, 1.06)
    return found


def _declining(base: float, span: Sequence[int], chance: Random) -> dict[int, Money]:
    """Years of an expense that is only to fall (只减不增)."""
    found: dict[int, Money] = {}
    for year in span:
        initial = _budget(base)
        found[year] = (initial, initial, int(initial * chance.uniform(0.55, 1)))
        base *= chance.uniform(0.9, 1.0)
    return found


def _project_years(base: float, active: Sequence[int], chance: Random) -> dict[int, Money]:
    found: dict[int, Money] = {}
    for year in active:
        initial = _budget(base * chance.uniform(0.8, 1.25)) if chance.random() > 0.06 else 0
        added_later = chance.choices((0.0, chance.uniform(0.05, 0.9), chance.uniform(-0.3, 0)), (55, 30, 15))[
            0
        ]
        revised = (
            _budget(initial / FEN * (1 + added_later)) if initial else _budget(base * chance.uniform(0.2, 1))
        )
        spent = 1.0 if chance.random() < 0.45 else chance.uniform(0.55, 1)
        found[year] = (initial, revised, int(revised * spent))
    return found


def _budget(yuan: float) -> int:
    """An amount as budgets have it, in whole hundreds of yuan, in fen."""
    return max(1, round(yuan / 100)) * 100 * FEN


def _spent(leaves: Iterable[Leaf], fund: str, year: int) -> Money:
    mine = [leaf.years.get(year, NOTHING) for leaf in leaves if leaf.fund == fund]
    initial, revised, outturn = (sum(column) for column in zip(*mine, strict=True)) if mine else NOTHING
    return initial, revised, outturn


def _revenue(
    unit: PlannedUnit, span: Sequence[int], used: Mapping[int, Mapping[str, Money]], chance: Random
) -> tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]]:
    """What is received in a year and left of it at its end: opening + received − spent = closing."""
    received: dict[str, dict[int, int]] = defaultdict(dict)
    closing: dict[str, dict[int, int]] = defaultdict(dict)
    for fund in ("general_public", "other"):
        left = 0
        for year in span:
            _, revised, outturn = used[year][fund]
            came = max(outturn - left, int(revised * chance.uniform(0.985, 1)) - left, 0)
            left += came - outturn
            received[fund][year], closing[fund][year] = came, left
    return received, closing


def _three_public(leaves: Iterable[Leaf], span: Sequence[int]) -> dict[str, dict[int, Money]]:
    by_code = {leaf.economic: leaf.years for leaf in leaves if leaf.economic in (HOSPITALITY, VEHICLES)}
    nothing = dict.fromkeys(span, NOTHING)
    return {
        "overseas": nothing,
        "vehicle_purchase": nothing,
        "vehicle_operation": by_code.get(VEHICLES, nothing),
        "hospitality": by_code[HOSPITALITY],
    }


def _counts(leaves: Iterable[Leaf], span: Sequence[int], chance: Random) -> dict[str, dict[int, int]]:
    receptions = chance.randint(6, 120)
    running = [leaf.years[span[0]][0] for leaf in leaves if leaf.economic == VEHICLES]
    vehicles = max(1, sum(running) // _FOR_A_VEHICLE) if running else 0
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for year in span:
        receptions = max(1, int(receptions * chance.uniform(0.85, 1.02)))
        found["overseas_groups"][year] = found["overseas_persons"][year] = found["vehicles_bought"][year] = 0
        found["vehicles_held"][year] = vehicles
        found["receptions"][year] = receptions
        found["reception_persons"][year] = receptions * chance.randint(5, 9)
    return found


def _staff(unit: PlannedUnit, chance: Random) -> dict[str, tuple[int | None, int]]:
    kind = "administrative" if unit.is_department else "fully_funded"
    served = unit.persons - chance.randint(0, unit.persons // 12)
    return {
        kind: (unit.persons, served),
        "support": (chance.randint(1, 4), chance.randint(0, 1)),
        "retired": (None, chance.randint(unit.persons // 8, unit.persons // 2)),
        "temporary": (None, chance.randint(0, unit.persons // 6)),
    }


def figures_of(story: Story, year: int, chance: Random) -> Figures:
    """Return the rows of a unit's return of a year, with the mistakes that happen to be made in it."""
    function: dict[tuple[str, str], list[Five]] = defaultdict(list)
    economic: dict[str, list[Five]] = defaultdict(list)
    natures: dict[str, list[Five]] = defaultdict(list)
    for leaf in story.leaves:
        five = leaf.five(year)
        function[leaf.function, leaf.fund].append(five)
        natures[leaf.nature].append(five)
        if leaf.economic:
            economic[leaf.economic].append(five)
    personnel, operating = added(natures["personnel"]), added(natures["operating"])
    found = Figures(
        year=year,
        staff=dict(story.staff[year]),
        revenue=_revenue_rows(story, year),
        function={key: added(rows) for key, rows in function.items()},
        function_total=None,
        nature={"basic_personnel": personnel, "basic_operating": operating},
        economic={code: added(rows) for code, rows in economic.items()},
        three_public={
            item: (years[year - 1][0], years[year - 1][2], *years[year])
            for item, years in story.three_public.items()
        },
        counts={item: (years[year - 1], years[year]) for item, years in story.counts.items()},
        projects=[
            (leaf.project, leaf.kind, "appropriation", leaf.five(year))
            for leaf in story.leaves
            if leaf.project and any(leaf.five(year))
        ],
        carryover={
            fund: (closing[year - 1], story.received[fund][year], spent, closing[year])
            for fund, closing in story.closing.items()
            if (spent := _spent(story.leaves, fund, year)[2]) or closing[year - 1]
        },
        base_items=_base_items(economic, natures, story.procured),
        adjustments=_adjustments(story, year),
        mistakes={name for name, rate in MISTAKES.items() if chance.random() < rate},
    )
    _make_mistakes(found, chance)
    return found


def _revenue_rows(story: Story, year: int) -> dict[str, Five]:
    """Revenue by source: its budgets are what may be spent of it."""
    found: dict[str, Five] = {}
    for fund, source in (("general_public", "general_public"), ("other", "institutional")):
        before, now = _spent(story.leaves, fund, year - 1), _spent(story.leaves, fund, year)
        received = story.received[fund]
        if any(before) or any(now):
            found[source] = (before[0], received[year - 1], now[0], now[1], received[year])
    return found


def _adjustments(story: Story, year: int) -> list[tuple[str, str, str, int]]:
    """What documents changed in the budget of a year, so that initial + changes = revised in every row."""
    changed: dict[tuple[str, str, str], int] = defaultdict(int)
    for leaf in story.leaves:
        initial, revised, _ = leaf.years.get(year, NOTHING)
        changed[leaf.function, leaf.fund, leaf.project or f"basic_{leaf.nature}"] += revised - initial
    return [(*place, amount) for place, amount in changed.items() if amount]


def _base_items(
    economic: Mapping[str, Sequence[Five]], natures: Mapping[str, Sequence[Five]], procured: float
) -> dict[str, Five]:
    def of(*codes: str) -> Five:
        return added([five for code in codes for five in economic.get(code, ())] or [(0, 0, 0, 0, 0)])

    bought = added(natures["project"] or [(0, 0, 0, 0, 0)])

    def part(of_all: float) -> Five:
        first, second, third, fourth, fifth = (
            int(amount * procured * of_all) // FEN * FEN for amount in bought
        )
        return first, second, third, fourth, fifth

    return {
        "office": of("30201"),
        "utilities_and_travel": of("30205", "30206", "30211"),
        "meetings_and_training": of("30215", "30216"),
        "procured_goods": part(0.5),
        "procured_works": part(0.3),
        "procured_services": part(0.2),
    }


def _make_mistakes(found: Figures, chance: Random) -> None:
    """Do in the figures what the mistakes say; those of words are made where words are written."""
    if "stated_total" in found.mistakes:
        found.function_total = found.total[4] + chance.choice((-1, 1)) * chance.randint(1, 900) * 10 * FEN
    if "basic_off" in found.mistakes:
        found.nature["basic_operating"] = _with_outturn(found.nature["basic_operating"], -3_24 * 100 * FEN)
    if "carried_over_anew" in found.mistakes and "general_public" in found.carryover:
        opening, received, spent, closing = found.carryover["general_public"]
        found.carryover["general_public"] = (opening + 1_000 * FEN, received, spent, closing + 1_000 * FEN)
    if "typed_in_wan" in found.mistakes and found.projects:
        at = chance.randrange(len(found.projects))
        name, kind, funding, five = found.projects[at]
        found.projects[at] = (name, kind, funding, (*five[:4], five[4] // 10_000))
    if "three_public_over" in found.mistakes:
        over = found.three_public["hospitality"]
        found.three_public["hospitality"] = (*over[:4], int(over[2] * chance.uniform(1.05, 1.6)))
    if "over_staffed" in found.mistakes:
        kind, (posts, _) = next(iter(found.staff.items()))
        found.staff[kind] = (posts, (posts or 0) + chance.randint(1, 5))


def _with_outturn(five: Five, by: int) -> Five:
    return (*five[:4], max(0, five[4] + by))
