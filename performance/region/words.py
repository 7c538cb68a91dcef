"""The words and indicators of a synthetic return, with its figures in them.

Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from budgets.measures import change_rate, difference
from performance.region.figures import WAN, Figures
from performance.region.units import PlannedUnit

MADE_UP = "（合成数据）"
"""Begins every text that is made up."""

_REASONS = (
    "年中追加专项资金，按进度支付。",
    "人员增加和工资标准调整，相应增加支出。",
    "项目按合同进度付款，部分款项结转下年支付。",
    "落实过紧日子要求，压减一般性支出。",
    "上级专项转移支付下达较晚，当年支出增加。",
)
_PROBLEMS = (
    "预算编制不够细化，年中追加较多。",
    "部分项目支付进度偏慢，年底集中支付。",
    "绩效指标量化程度不够。",
    "项目前期准备不足，开工较晚。",
)
_IMPROVEMENTS = (
    "细化预算编制，减少年中追加。",
    "按月通报支付进度，及时支付。",
    "完善绩效指标体系，逐项量化。",
    "做实项目储备，提前办理前期手续。",
)
_THRIFT = ("办公用品集中采购。", "公务用车统一调度。", "培训以线上为主。", "推行无纸化办公。")


def wan(fen: int) -> Decimal:
    """An amount in 万元 with two decimals, rounded half up."""
    return (Decimal(fen) / 1_000_000).quantize(Decimal("0.01"), ROUND_HALF_UP)


def reason_of(five: Sequence[int], *, is_left_out: bool, chance: Random) -> str:
    """Return why an outturn is a tenth and 10 万元 off its budget or last year; "" where it is not.

    It says by how much. One of less than nine tenths of what might be spent is explained too.
    """
    _, last_outturn, initial, revised, outturn = five
    if is_left_out:
        return ""
    bases = {"年初预算": initial, "上年决算": last_outturn}
    said = [
        f"比{name}{'增加' if outturn > base else '减少'}{abs(wan(outturn) - wan(base)):,.2f}万元"
        for name, base in bases.items()
        if abs(outturn - base) >= 10 * WAN and abs(outturn - base) * 10 >= abs(base)
    ]
    if outturn * 10 < revised * 9:
        said.append(f"全年预算还有{wan(revised) - wan(outturn):,.2f}万元未支出")
    return f"{'，'.join(said)}：{chance.choice(_REASONS)}" if said else ""


def texts_of(unit: PlannedUnit, figures: Figures, chance: Random) -> dict[str, str]:
    """Return the sections of the report by name; one figure in them is wrong where that is its mistake."""
    _, last_outturn, initial, revised, outturn = figures.total
    wrong = chance.randint(1, 9) * 100_000_00 if "figure_in_text" in figures.mistakes else 0
    personnel, operating = (figures.nature[name][4] for name in ("basic_personnel", "basic_operating"))
    projects = sum(five[4] for *_, five in figures.projects)
    gone = difference(wan(outturn), wan(last_outturn)) or Decimal(0)
    rate = change_rate(wan(outturn), wan(last_outturn))
    changed = f"比上年{'增加' if gone >= 0 else '减少'}{abs(gone):,.2f}万元"
    changed += f"，{'增长' if gone >= 0 else '下降'}{abs(rate):.2f}%" if rate is not None else ""
    three_public = sum(five[4] for five in figures.three_public.values())
    posts, served = next(iter(figures.staff.values()))
    said = {
        "duties": "贯彻执行国家有关方针政策和法律法规，承担本单位职责范围内的管理和服务工作。",
        "organisation": "内设办公室、财务、业务等机构，无变动。",
        "staffing": f"核定编制{posts}人，年末在职{served}人。",
        "overall_spending": f"{figures.year}年度支出合计{wan(outturn + wrong):,.2f}万元，{changed}。",
        "budget_and_outturn": f"年初预算{wan(initial):,.2f}万元，全年预算{wan(revised):,.2f}万元。",
        "three_public_use": f"“三公”经费支出{wan(three_public):,.2f}万元，严格执行中央八项规定精神。",
        "basic_spending": f"人员经费{wan(personnel):,.2f}万元，公用经费{wan(operating):,.2f}万元。",
        "project_spending": f"项目支出{wan(projects):,.2f}万元，均按规定用途使用。",
        "government_fund": "没有政府性基金预算支出。",
        "state_capital": "没有国有资本经营预算支出。",
        "social_insurance": "没有社会保险基金预算支出。",
        "results": f"{len(figures.projects)}个项目按计划实施，服务对象满意度较高。",
        "problems": f"{figures.year}年，{chance.choice(_PROBLEMS)}",
        "improvements": f"{figures.year + 1}年起，{chance.choice(_IMPROVEMENTS)}",
        "disclosure": f"{figures.year}年度自评结果随部门决算一并公开。",
        "other_matters": "没有其他需要说明的情况。",
        "thrift_measures": f"{figures.year}年压减会议、培训和公务接待，{chance.choice(_THRIFT)}",
    }
    return {name: f"{MADE_UP}{text}" for name, text in said.items()}


Indicator = tuple[str, str, str, str, str, str, Decimal, Decimal, str, str]
"""Second level, name, direction, target, unit, actual, weight, score, deviation reason, measure."""

_BLOCKS = {"output": 50, "benefit": 30, "satisfaction": 10}
_OUTPUT = ("quantity", "quality", "timeliness", "cost")


def indicators_of(rows: Sequence[Mapping[str, str]], unit: PlannedUnit, chance: Random) -> list[Indicator]:
    """Return a unit's indicators of a year, picked from the common ones; weights are those of three blocks.

    `rows` are those of fixtures/indicators/common.csv.
    """
    fitting = [row for row in rows if not row["kinds"] or unit.kind in row["kinds"].split()]
    blocks: dict[str, list[Mapping[str, str]]] = {block: [] for block in _BLOCKS}
    for row in fitting:
        level = row["second_level"]
        block = "output" if level in _OUTPUT else "satisfaction" if level == "satisfaction" else "benefit"
        blocks[block].append(row)
    found = []
    for block, chosen in blocks.items():
        points = _shared_out(_BLOCKS[block], len(chosen))
        found += [_indicator(row, weight, chance) for row, weight in zip(chosen, points, strict=True)]
    return found


def _shared_out(points: int, parts: int) -> list[Decimal]:
    if not parts:
        return []
    each, rest = divmod(points, parts)
    return [Decimal(each + (at < rest)) for at in range(parts)]


def _indicator(row: Mapping[str, str], weight: Decimal, chance: Random) -> Indicator:
    level, name, direction, target = row["second_level"], row["name"], row["direction"], row["target"]
    if direction == "qualitative":
        return level, name, direction, target, "", "达成预期指标", weight, weight, "", ""
    goal = chance.choice((12, 24, 60, 120, 360, 1200)) if "＿" in target else int(target)
    is_rate = row["unit"] == "%"
    reached = goal if not goal or chance.random() < 0.5 else round(goal * chance.uniform(0.9, 1.08))
    if is_rate:
        reached = min(reached, 100)
    if direction == "at_most":
        reached = goal if reached > goal else reached
    is_met = reached >= goal or direction == "at_most"
    score = weight if is_met else (weight * reached / goal).quantize(Decimal("0.01"), ROUND_HALF_UP)
    reason = "" if is_met else "工作量按实际需要安排，略少于年初计划。"
    measure = "" if is_met else "按月检查进度，及时补足工作量。"
    return level, name, direction, str(goal), row["unit"], str(reached), weight, score, reason, measure


_OF_A_PROJECT = [
    {"second_level": level, "name": name, "direction": direction, "target": target, "unit": unit, "kinds": ""}
    for level, name, direction, target, unit in (
        ("quantity", "完成工作任务数", "at_least", "＿＿", "项"),
        ("quality", "验收合格率", "at_least", "100", "%"),
        ("timeliness", "按时完成率", "at_least", "95", "%"),
        ("cost", "成本控制率", "at_most", "100", "%"),
        ("social", "受益对象覆盖率", "at_least", "90", "%"),
        ("sustainable", "长效管理机制", "qualitative", "健全", ""),
        ("satisfaction", "受益对象满意度", "at_least", "90", "%"),
    )
]


def project_indicators_of(unit: PlannedUnit, chance: Random) -> list[Indicator]:
    """Return the indicators of one project."""
    return indicators_of(_OF_A_PROJECT, unit, chance)
