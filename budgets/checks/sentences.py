"""Figures in sentences, recomputed from the words: C-030 to C-032, C-037, C-041, C-046, C-047, C-058, C-103.

Source: checks.md §1, groups Year on year, Budget vs final, 三公, Text. A sentence is judged only where what
it compares is beyond doubt; where any reading of it holds, it holds.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from budgets.cells import row_label
from budgets.checks.given import Given, added
from budgets.checks.reading import Quantity, half_width
from budgets.checks.statements import (
    Basis,
    Change,
    Level,
    Part,
    Stated,
    pairs,
    statements,
    subject,
    subject_of,
)
from budgets.checks.tolerance import compare_percent, rounding_of
from budgets.checks.totals import APPROPRIATED
from budgets.checks.words import Name, in_each_text, quoted
from budgets.measures import FIGURE_TITLES
from budgets.money import AmountUnit, exact_text, parted, round_half_up
from budgets.returns import BY_FUNCTION, BY_NATURE, CARRYOVER, REVENUE, THREE_PUBLIC, TOTAL
from budgets.rows import Row, RowKind
from submissions.findings import Check, Outcome, Severity, Tolerance, Verdict

_HUNDRED = Decimal(100)
_OF_MONEY = (
    Name.OVERALL_SPENDING,
    Name.BUDGET_AND_OUTTURN,
    Name.THREE_PUBLIC_USE,
    Name.BASIC_SPENDING,
    Name.PROJECT_SPENDING,
    Name.GOVERNMENT_FUND,
    Name.STATE_CAPITAL,
    Name.SOCIAL_INSURANCE,
)
"""The sections that state amounts of the return."""

StatementTest = Callable[[Name, Stated], Iterator[Outcome]]


def _in_each_sentence(given: Given, test: StatementTest) -> Iterator[Outcome]:
    def of_text(name: Name, text: str) -> Iterator[Outcome]:
        for stated in statements(text, given.year):
            yield from test(name, stated)

    yield from in_each_text(given, of_text, _OF_MONEY)


def _says(
    given: Given,
    name: Name,
    span: tuple[int, int],
    sentence: str,
    verdict: Verdict = Verdict.FAILS,
    *,
    actual: Decimal | None = None,
    expected: Decimal | None = None,
    arithmetic: str = "",
    remedy: str = "核对这句里的数。",
    in_percent: bool = False,
) -> Outcome:
    """Say something of words of a text, which are quoted; its figures are yuan unless `in_percent`."""
    place, words = quoted(given, name, span)
    said = Outcome(verdict, place, sentence, expected, actual, arithmetic, remedy, words)
    return said._replace(in_percent=in_percent, in_yuan=not in_percent)


def _said(quantity: Quantity, yuan: Decimal | None = None) -> str:
    """An amount in the unit it is written in: 61.45 万元."""
    value = quantity.value if yuan is None else yuan
    unit = AmountUnit.YUAN if quantity.unit == "元" else AmountUnit.WAN
    return f"{parted(exact_text(value, unit))} {unit.label}"


# --- Changes: C-030, C-031, C-032, C-037


def _operands(given: Given, stated: Stated, change: Change) -> list[tuple[Decimal, Decimal, Decimal]]:
    """What a change can be between: now, before, and how exact they are together; [] where nothing says.

    Levels of one thing in two years before the change; for a change against the initial budget what is said
    of it in the same sentence, or the totals of the return.
    """
    if change.is_to_the_budget:
        return _against_the_budget(given, stated, change)
    return [
        (now.value, before.value, now.quantity.step + before.quantity.step)
        for now, before in _pairs_of(stated, change)
        if not _is_mixed(now, before)
    ]


def _pairs_of(stated: Stated, change: Change) -> list[tuple[Level, Level]]:
    """The levels before a change that are of what changed, in two years."""
    about = subject_of(stated, change)
    return [
        (now, before)
        for now, before in pairs(stated)
        if now.subject == about or (not before.subject and about == "")
        if max(now.quantity.start, before.quantity.start) < change.start
    ]


def _is_mixed(now: Level, before: Level) -> bool:
    """Whether one is a budget and the other was spent."""
    budgets = {Basis.INITIAL, Basis.REVISED, Basis.BUDGET}
    return {now.basis in budgets, before.basis in budgets} == {True, False} and bool(
        now.basis and before.basis
    )


def _against_the_budget(
    given: Given, stated: Stated, change: Change
) -> list[tuple[Decimal, Decimal, Decimal]]:
    """For 决算比年初预算增加 …: the totals of the return, where nothing else is spoken of."""
    spoken = re.sub(r"[^\u4e00-\u9fff]", "", subject(change.before.split("比")[0].split("较")[0]))
    if stated.levels or "年初" not in change.before or spoken not in ("", "支出", "收入", "收支"):
        return []
    found = []
    for schedule in (BY_FUNCTION, REVENUE):
        row = given.row(schedule, TOTAL)
        if row and row.values["outturn"] is not None and row.values["initial_budget"] is not None:
            found.append((row.values["outturn"], row.values["initial_budget"], Decimal(100)))
    return found


def changes_are_differences(given: Given) -> Iterator[Outcome]:
    """C-030: a stated change is the difference of what it is between, and its words say which way."""

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        for change in stated.changes:
            if len(change.signs) > 1:
                words = "和".join(f"“{word}”" for word in change.words)
                yield _says(given, name, (change.start, change.end), f"{words}方向相反。")
            else:
                yield from _difference(given, name, stated, change)

    yield from _in_each_sentence(given, test)


def _difference(given: Given, name: Name, stated: Stated, change: Change) -> Iterator[Outcome]:
    found, span = _operands(given, stated, change), (change.start, change.end)
    [sign] = change.signs
    if not found:
        return
    if change.amount is None:
        if all((now - before) * sign < 0 for now, before, _ in found):
            way = _way(found[0][0] - found[0][1])
            yield _says(given, name, span, f"写的是{change.words[0]}，按金额应为{way}。")
        return
    difference = change.amount.value * sign
    if any(now - before == difference for now, before, _ in found):
        return
    if _fits_a_mixed_pair(stated, change, difference):
        return  # said by C-037
    slack = max((step + change.amount.step) / 2 for _, _, step in found)
    now, before, _ = min(found, key=lambda each: abs(each[0] - each[1] - difference))
    expected = now - before
    said, should = _said(change.amount), _said(change.amount, abs(expected))
    yield _says(
        given,
        name,
        span,
        f"写的是{change.words[0]} {said}，按金额应为{_way(expected)} {should}。",
        Verdict.ROUNDED if abs(expected - difference) <= slack else Verdict.FAILS,
        actual=difference,
        expected=expected,
        arithmetic=f"{_said(change.amount, now)} − {_said(change.amount, before)} = {should}",
    )


def _way(difference: Decimal) -> str:
    return "增加" if difference > 0 else "减少" if difference < 0 else "持平"


def _fits_a_mixed_pair(stated: Stated, change: Change, difference: Decimal) -> bool:
    return any(
        _is_mixed(now, before) and now.value - before.value == difference
        for now, before in _pairs_of(stated, change)
    )


def like_is_compared_with_like(given: Given) -> Iterator[Outcome]:
    """C-037: a change is from budget to budget or from outturn to outturn."""

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        for change in stated.changes:
            found = _operands(given, stated, change)
            if change.amount is None or len(change.signs) > 1 or change.is_to_the_budget:
                continue
            difference = change.amount.value * min(change.signs)
            if any(now - before == difference for now, before, _ in found):
                continue
            if _fits_a_mixed_pair(stated, change, difference):
                sentence = "增减额是预算数与决算（执行）数相减得出的，口径不同。"
                remedy = "预算与上年预算比，决算与上年决算比。"
                yield _says(given, name, (change.start, change.end), sentence, remedy=remedy)

    yield from _in_each_sentence(given, test)


def rates_are_of_their_base(given: Given) -> Iterator[Outcome]:
    """C-031: a stated rate is the change divided by its base, a stated share the part by its whole."""

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        for change in stated.changes:
            if change.rate and len(change.signs) == 1:
                ratios = _ratios(given, stated, change)
                if ratios and not any(base == 0 for _, base in ratios):
                    yield from _rate(given, name, change.rate, ratios, (change.start, change.end))

    def of_text(name: Name, text: str) -> Iterator[Outcome]:
        read = statements(text, given.year)
        for stated in read:
            yield from test(name, stated)
            for part in stated.shares:
                yield from _share(given, name, read, stated, part)

    yield from in_each_text(given, of_text, _OF_MONEY)


def _ratios(given: Given, stated: Stated, change: Change) -> list[tuple[Decimal, Decimal]]:
    """What a rate can be computed from: the change, and its base; the most likely first."""
    operands = _operands(given, stated, change)
    found = [(abs(now - before), before) for now, before, _ in operands]
    if change.amount:
        found += [(change.amount.value, before) for _, before, _ in operands]
        if not operands and not change.is_to_the_budget:
            found += _implied(stated, change, change.amount)
    return found


def _implied(stated: Stated, change: Change, amount: Quantity) -> list[tuple[Decimal, Decimal]]:
    """Where the base is not said: what was before the change, by the level it follows at once.

    The other levels before it are other readings of the same sentence.
    """
    before = [level for level in stated.levels if level.quantity.end <= change.start]
    if not before or not _follows(stated, before[-1], change):
        return []
    if subject_of(stated, change) != before[-1].subject:
        return []
    sign = min(change.signs)
    return [(amount.value, level.value - sign * amount.value) for level in reversed(before)]


def _follows(stated: Stated, level: Level, change: Change) -> bool:
    between = stated.text[level.quantity.end - stated.start : change.start - stated.start]
    return len(between) <= 12 and not re.search("[；。]|其中", between)


def _rate(
    given: Given, name: Name, rate: Quantity, ratios: list[tuple[Decimal, Decimal]], span: tuple[int, int]
) -> Iterator[Outcome]:
    """Compare a rate with each it can be; the first is what it should be where none fits."""
    known = [(part, base) for part, base in ratios if base > 0]
    computed = [part / base * _HUNDRED for part, base in known]
    verdicts = [compare_percent(rate.value, each, rate.places).verdict for each in computed]
    if not verdicts or Verdict.HOLDS in verdicts:
        return
    expected, (part, base) = round_half_up(computed[0], rate.places), known[0]
    yield _says(
        given,
        name,
        span,
        f"写的是 {rate.value}%，按金额应为 {expected}%。",
        Verdict.ROUNDED if Verdict.ROUNDED in verdicts else Verdict.FAILS,
        actual=rate.value,
        expected=expected,
        arithmetic=f"{given.said(part)} ÷ {given.said(base)} = {expected}%（{given.unit.label}）",
        in_percent=True,
    )


def _share(given: Given, name: Name, read: Sequence[Stated], stated: Stated, part: Part) -> Iterator[Outcome]:
    """A share of a whole that the text states before it, once, or with one value."""
    level = part.level
    if level is None or not _is_right_before(stated, level, part.rate):
        return
    before = [each for one in read for each in one.levels if each.quantity.start < level.quantity.start]
    if whole := subject(part.whole):
        alike = [each for each in before if each.subject == whole and each.year == level.year]
        values = {
            each.value for each in alike if not (each.basis and level.basis) or each.basis == level.basis
        }
    else:
        values = {each.value for each in stated.levels if each in before and _is_divided(stated, each)}
    if len(values) == 1:
        span = (level.quantity.start, part.rate.end)
        yield from _rate(given, name, part.rate, [(level.value, values.pop())], span)


def _is_divided(stated: Stated, level: Level) -> bool:
    """Whether the parts of a level follow it: 其中, 用于以下方面."""
    after = stated.text[level.quantity.end - stated.start :][:12]
    return bool(re.search("其中|以下方面|主要用于|包括", after))


def _is_right_before(stated: Stated, level: Level, rate: Quantity) -> bool:
    between = stated.text[level.quantity.end - stated.start : rate.start - stated.start]
    return len(between) <= 20 and not re.search("[；。]", between)


def nothing_grows_from_zero(given: Given) -> Iterator[Outcome]:
    """C-032: where there was nothing before, no rate is stated."""

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        for change in stated.changes:
            ratios = _ratios(given, stated, change) if change.rate and len(change.signs) == 1 else []
            if ratios and ratios[0][1] == 0 and ratios[0][0]:
                sentence = "上年数为 0，算不出增减率。"
                remedy = "删去百分比，只写金额。"
                yield _says(given, name, (change.start, change.end), sentence, remedy=remedy)

    yield from _in_each_sentence(given, test)


# --- Completion: C-041, C-046, C-047


def _completion(given: Given, stated: Stated, part: Part) -> tuple[Level, dict[str, Decimal]] | None:
    """What was spent and the budgets it can be a part of, by basis; None where that is in doubt."""
    before = [level for level in stated.levels if level.quantity.end <= part.rate.start]
    spent = [level for level in before if level.basis in (Basis.FINAL, Basis.UNSAID)]
    budgets: dict[str, set[Decimal]] = defaultdict(set)
    for level in before:
        if level.basis in (Basis.INITIAL, Basis.REVISED, Basis.BUDGET):
            budgets[level.basis] |= {level.value}
            if spent and spent[0].subject not in ("", "支出", level.subject):
                return None
    if len(spent) != 1 or any(len(values) > 1 for values in budgets.values()):
        return None
    if not budgets:
        budgets = _budgets_of_the_return(given, spent[0])
    return spent[0], {basis: min(values) for basis, values in budgets.items() if len(values) == 1}


def _budgets_of_the_return(given: Given, spent: Level) -> dict[str, set[Decimal]]:
    """The budgets of the total of expenditure, where what was spent is that total."""
    row, found = given.row(BY_FUNCTION, TOTAL), defaultdict(set)
    if (
        row
        and row.values["outturn"] is not None
        and abs(row.values["outturn"] - spent.value) <= spent.quantity.step
    ):
        for basis in (Basis.INITIAL, Basis.REVISED):
            if row.values[basis] is not None:
                found[basis] = {row.values[basis]}
    return found


def _base_of(part: Part, budgets: dict[str, Decimal]) -> str:
    """The basis a completion names, where its amount is known; "" otherwise."""
    named = {"年初": Basis.INITIAL, "全年": Basis.REVISED, "调整": Basis.REVISED, "调整后": Basis.REVISED}
    basis = named.get(part.whole, Basis.BUDGET)
    return basis if basis in budgets else Basis.UNSAID


def completions_are_of_the_budget(given: Given) -> Iterator[Outcome]:
    """C-041: a stated completion is what was spent divided by the budget; of a budget of 0 there is none."""

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        for part in stated.completions:
            found = _completion(given, stated, part)
            basis = _base_of(part, found[1]) if found else ""
            if not found or not basis or _fits_another(part, found, basis):
                continue
            spent, base = found[0], found[1][basis]
            span = (spent.quantity.start, part.rate.end)
            if base == 0:
                remedy = "删去百分比，只写金额；用全年预算作分母的，写明全年预算。"
                yield _says(given, name, span, "预算为 0，算不出完成率。", remedy=remedy)
            else:
                yield from _rate(given, name, part.rate, [(spent.value, base)], span)

    yield from _in_each_sentence(given, test)


def _fits_another(part: Part, found: tuple[Level, dict[str, Decimal]], basis: str) -> str:
    """The basis a completion is really of, where it is not the one it names; "" for none."""
    spent, budgets = found

    def fits(base: Decimal) -> bool:
        return base > 0 and round_half_up(spent.value / base * _HUNDRED, part.rate.places) == part.rate.value

    if fits(budgets[basis]):
        return ""
    return next((other for other, base in budgets.items() if other != basis and fits(base)), "")


def completions_name_their_budget(given: Given) -> Iterator[Outcome]:
    """C-046: a completion names the budget it is computed from."""

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        for part in stated.completions:
            found = _completion(given, stated, part)
            basis = _base_of(part, found[1]) if found else ""
            other = _fits_another(part, found, basis) if found and basis else ""
            if found and other:
                title = {Basis.INITIAL: "年初预算", Basis.REVISED: "全年预算"}
                sentence = (
                    f"{part.rate.text}是按{title.get(other, '预算')}算的，写的是{title.get(basis, '预算')}。"
                )
                span = (found[0].quantity.start, part.rate.end)
                yield _says(given, name, span, sentence, remedy="写对分母，或按写的分母重算。")

    yield from _in_each_sentence(given, test)


def completions_have_two_decimals(given: Given) -> Iterator[Outcome]:
    """C-047: a completion is written with two decimals, as the form has it, where they are not zero."""

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        for part in stated.completions:
            found = _completion(given, stated, part)
            basis = _base_of(part, found[1]) if found else ""
            if not found or not basis or part.rate.places > 1 or _fits_another(part, found, basis):
                continue
            spent, base = found[0], found[1][basis]
            exact = round_half_up(spent.value / base * _HUNDRED) if base > 0 else part.rate.value
            if exact != part.rate.value == round_half_up(exact, part.rate.places):
                span = (spent.quantity.start, part.rate.end)
                yield _says(
                    given,
                    name,
                    span,
                    f"写的是 {part.rate.value}%，保留两位小数是 {exact}%。",
                    actual=part.rate.value,
                    expected=exact,
                    remedy="执行率、完成率写到两位小数。",
                    in_percent=True,
                )

    yield from _in_each_sentence(given, test)


# --- Figures of the return: C-058, C-103

_COLUMNS = {
    (Basis.INITIAL, 0): "initial_budget",
    (Basis.BUDGET, 0): "initial_budget",
    (Basis.REVISED, 0): "revised_budget",
    (Basis.FINAL, 0): "outturn",
    (Basis.UNSAID, 0): "outturn",
    (Basis.INITIAL, 1): "last_year_budget",
    (Basis.BUDGET, 1): "last_year_budget",
    (Basis.FINAL, 1): "last_year_outturn",
    (Basis.UNSAID, 1): "last_year_outturn",
}
"""The column of a level, by its basis and how many years before the report's it is."""


def three_public_is_as_in_the_table(given: Given) -> Iterator[Outcome]:
    """C-058: what the text says of the three public expenses is what their table says."""
    known = _named(row for row in given.rows[THREE_PUBLIC.name.value] if row.kind is RowKind.LINE)

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        if name is Name.THREE_PUBLIC_USE:
            yield from _as_in_the_return(given, name, stated, known)

    yield from _in_each_sentence(given, test)


def figures_are_as_in_the_return(given: Given) -> Iterator[Outcome]:
    """C-103: what the text says is what the return says; one quantity has one value, a whole is its parts."""
    totals, natures, lines = _totals(given), _natures(given), _lines(given)
    known = {
        Name.OVERALL_SPENDING: totals | natures | lines,
        Name.BUDGET_AND_OUTTURN: totals | natures | lines,
        Name.BASIC_SPENDING: natures,
        Name.PROJECT_SPENDING: natures,
    }

    def test(name: Name, stated: Stated) -> Iterator[Outcome]:
        yield from _as_in_the_return(given, name, stated, known.get(name, {}))
        yield from _wholes(given, name, stated)
        yield from _parts_above_their_whole(given, name, stated)
        yield from _sides_below_what_was_received(given, name, stated)
        yield from _two_values(given, name, stated)

    yield from _in_each_sentence(given, test)
    yield from _between_sentences(given, natures)


def _named(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by what a sentence may call them; a name of several rows is nobody's."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for called in {subject(row.name), subject(row.name.removesuffix("支出")), subject(f"{row.name}支出")}:
            found[called].append(row)
    return {called: each[0] for called, each in found.items() if len(each) == 1 and len(called) > 2}


def _totals(given: Given) -> dict[str, Row]:
    rows = {"支出": given.row(BY_FUNCTION, TOTAL), "收入": given.row(REVENUE, TOTAL)}
    return {called: row for called, row in rows.items() if row}


def _natures(given: Given) -> dict[str, Row]:
    codes = {
        "基本支出": "basic",
        "人员经费": "basic_personnel",
        "公用经费": "basic_operating",
        "项目支出": "project",
    }
    rows = {called: row for called, code in codes.items() if (row := given.row(BY_NATURE, code))}
    if _is_of_general_public(given):
        rows |= {subject(f"一般公共预算财政拨款{called}"): row for called, row in rows.items()}
    return rows


def _is_of_general_public(given: Given) -> bool:
    """Whether the split by nature is that of the general public budget alone: so much was received of it."""
    total, code = given.term(BY_NATURE, TOTAL, "outturn"), "general_public"
    of_fund = [given.term(REVENUE, code, "outturn"), given.term(CARRYOVER, code, "spent")]
    found = [given.same(given.schedule_place(BY_NATURE), total, each).verdict for each in of_fund]
    return Verdict.HOLDS in found or Verdict.ROUNDED in found


def _lines(given: Given) -> dict[str, Row]:
    """The lines by function; a name that a 款 or 类 has too may mean that one."""
    named = _named(row for row in given.rows[BY_FUNCTION.name.value] if row.kind is not RowKind.TOTAL)
    return {called: row for called, row in named.items() if row.kind is RowKind.LINE}


def _as_in_the_return(given: Given, name: Name, stated: Stated, known: dict[str, Row]) -> Iterator[Outcome]:
    for level in stated.levels:
        row = known.get(level.subject)
        column = _COLUMNS.get((level.basis, given.year - level.year), "")
        figure = row.values.get(column) if row else None
        if row is None or figure is None:
            continue
        gap, step = abs(level.value - figure), level.quantity.step
        if gap * 2 <= step or _is_another(stated, level, row, column):
            continue
        kept = given.term_of(row, column)
        slack = max(step, rounding_of(kept.figures + 1, in_wan=kept.in_wan))
        verdict = Verdict.ROUNDED if gap <= slack else Verdict.FAILS
        sentence = (
            f"写的是 {_said(level.quantity)}，{row.schedule.short_title} · {row_label(row)}的"
            f"{FIGURE_TITLES[column]}是 {_said(level.quantity, figure)}。"
        )
        span = (level.quantity.start, level.quantity.end)
        yield _says(
            given,
            name,
            span,
            sentence,
            verdict,
            actual=level.value,
            expected=figure,
            remedy="文字和表改成一致。",
        )


_NARROWER = re.compile("财政拨款|一般公共预算|基金|国有资本|三公|项目|基本|其中")


_WHOLE_SAID = re.compile("合计|总计|总额|总[支收]")
_OF_EVERYTHING = ("", "支出", "收入", "收支", "收入支出")


def _is_another(stated: Stated, level: Level, row: Row, column: str) -> bool:
    """Whether an amount may be meant of something else: a part, another column, the total as it was typed."""
    before = re.split("[；;]", stated.text[: level.quantity.start - stated.start])[-1]
    if row.kind is RowKind.TOTAL and (_NARROWER.search(before) or _is_of_one_line(stated, level)):
        return True
    others = [value for name, value in row.values.items() if value is not None and name != column]
    others += [typed] if (typed := row.figures[column].overruled) is not None else []
    return any(abs(level.value - value) <= level.quantity.step for value in others)


def _is_of_one_line(stated: Stated, level: Level) -> bool:
    """Whether 支出 or 收入 is that of what was named before it: 行政运行全年预算52万元，支出决算51.32万元."""
    before = [each for each in stated.levels if each.quantity.start < level.quantity.start]
    is_whole = bool(_WHOLE_SAID.search(level.label))
    return not is_whole and any(each.subject not in _OF_EVERYTHING for each in before)


_WHOLES = (("基本支出", "项目支出"), ("人员经费", "公用经费"), ("货物", "工程", "服务"))
"""Parts that together are the whole they are named under."""


def _wholes(given: Given, name: Name, stated: Stated) -> Iterator[Outcome]:
    """A whole is followed by all its parts, in one sentence."""
    for at, whole in enumerate(stated.levels):
        for titles in _WHOLES if _is_divided(stated, whole) else ():
            rest = [
                level
                for level in stated.levels[at + 1 :]
                if (level.year, level.basis) == (whole.year, whole.basis)
            ]
            parts = [
                next((level for level in rest if re.search(f"{title}(?:支出)?$", level.subject)), None)
                for title in titles
            ]
            found = [part for part in parts if part]
            is_next = len(found) == len(parts) and found[0] is stated.levels[at + 1]
            others = [level for level in rest if level not in found]
            if is_next and not (others and titles == _WHOLES[0]):  # 经营支出 and others are beside these
                yield from _whole(given, name, whole, found)


def _whole(given: Given, name: Name, whole: Level, parts: list[Level]) -> Iterator[Outcome]:
    expected = sum((part.value for part in parts), Decimal(0))
    gap = abs(whole.value - expected)
    slack = (whole.quantity.step + sum(part.quantity.step for part in parts)) / 2
    if not gap:
        return
    said = " + ".join(_said(part.quantity) for part in parts)
    yield _says(
        given,
        name,
        (whole.quantity.start, parts[-1].quantity.end),
        f"写的是 {_said(whole.quantity)}，各部分合计 {_said(whole.quantity, expected)}。",
        Verdict.ROUNDED if gap <= slack else Verdict.FAILS,
        actual=whole.value,
        expected=expected,
        arithmetic=f"{said} = {_said(whole.quantity, expected)}",
    )


def _parts_above_their_whole(given: Given, name: Name, stated: Stated) -> Iterator[Outcome]:
    """No part (其中) of something, by its name, is more than all of it."""
    for whole, part in zip(stated.levels, stated.levels[1:], strict=False):
        between = stated.text[whole.quantity.end - stated.start : part.quantity.start - stated.start]
        is_part = "其中" in between and len(whole.subject) > 2 and whole.subject in part.subject
        if not is_part or (whole.year, whole.basis) != (part.year, part.basis):
            continue
        if part.value - whole.value > (whole.quantity.step + part.quantity.step) / 2:
            yield _says(
                given,
                name,
                (whole.quantity.start, part.quantity.end),
                f"{whole.subject}写的是 {_said(whole.quantity)}，其中的{part.subject} {_said(part.quantity)}"
                "比它还多。",
                actual=part.value,
                expected=whole.value,
            )


_SIDES = re.compile("(财政拨款)?(?:收入支出|收支)")
"""What the two sides of the accounts together are called: 收入支出总计, 财政拨款收支总计."""


def _sides_below_what_was_received(given: Given, name: Name, stated: Stated) -> Iterator[Outcome]:
    """收入支出总计 is no less than what was received and brought forward; it may hold more (使用结余)."""
    for level in stated.levels:
        side = _SIDES.fullmatch(level.subject)
        is_of_the_year = level.year == given.year and level.basis in (Basis.UNSAID, Basis.FINAL)
        if not side or "总计" not in level.label or not is_of_the_year:
            continue
        codes = APPROPRIATED if side[1] else (TOTAL,)
        received = added("本年收入", [given.term(REVENUE, code, "outturn") for code in codes])
        opening = added("年初结转和结余", [given.term(CARRYOVER, code, "opening") for code in codes])
        least = added("本年收入加年初结转和结余", [received, opening])
        slack = level.quantity.step + rounding_of(least.figures + 1, in_wan=least.in_wan)
        if received.figure is not None and least.figure and level.value + slack < least.figure:
            yield _says(
                given,
                name,
                (level.quantity.start, level.quantity.end),
                f"写的是 {_said(level.quantity)}，{least.label}有 {_said(level.quantity, least.figure)}。",
                actual=level.value,
                expected=least.figure,
            )


_OF_ONE_VALUE = ("机关运行经费", "政府采购", "政府采购支出")
"""Quantities the return does not hold, or holds without a name of their own, of which there is one each."""


def _between_sentences(given: Given, natures: dict[str, Row]) -> Iterator[Outcome]:
    """One quantity has one value in all sentences. Where the return has it, each is held against that."""
    three_public = _named(given.rows[THREE_PUBLIC.name.value])
    known = natures | three_public | dict.fromkeys(_OF_ONE_VALUE)
    known.pop("项目支出", None)  # which may be that of one project
    first: dict[tuple[str, int, str], tuple[Name, Stated, Level]] = {}
    for name, stated, level in _levels(given):
        column = _COLUMNS.get((level.basis, given.year - level.year), "")
        row = known.get(level.subject)
        is_held = row is not None and row.values.get(column) is not None
        if level.subject not in known or is_held or _is_narrower(stated, level):
            continue
        key = (level.subject, level.year, level.basis)
        where, sentence, other = first.setdefault(key, (name, stated, level))
        if sentence is not stated:
            yield from _other_value(given, name, level, where, other)


def _levels(given: Given) -> Iterator[tuple[Name, Stated, Level]]:
    for name in _OF_MONEY:
        for stated in statements(half_width(given.texts.get(name, "")), given.year):
            for level in stated.levels:
                yield name, stated, level


def _is_narrower(stated: Stated, level: Level) -> bool:
    """Whether a level may be of one fund alone, or of one of several units."""
    before = stated.text[: level.quantity.start - stated.start]
    return bool(re.search("财政拨款|一般公共预算|基金|国有资本|本级|[所下]属", before))


def _other_value(given: Given, name: Name, level: Level, where: Name, other: Level) -> Iterator[Outcome]:
    gap, step = abs(level.value - other.value), max(level.quantity.step, other.quantity.step)
    if gap * 2 > step:
        here, there = _said(level.quantity), _said(other.quantity)
        yield _says(
            given,
            name,
            (level.quantity.start, level.quantity.end),
            f"这里{level.subject}写的是 {here}，“{where.label}”写的是 {there}。",
            Verdict.ROUNDED if gap <= step else Verdict.FAILS,
            actual=level.value,
            expected=other.value,
            remedy="核对两处，改成一致。",
        )


def _two_values(given: Given, name: Name, stated: Stated) -> Iterator[Outcome]:
    """One thing of one year and basis has two values in one sentence."""
    first: dict[tuple[str, int, str], Level] = {}
    for level in stated.levels:
        key = (level.subject, level.year, level.basis)
        other = first.setdefault(key, level)
        gap = abs(level.value - other.value)
        between = stated.text[other.quantity.end - stated.start : level.quantity.start - stated.start]
        is_elsewhere = bool(re.search("；|其中|收入|支出", between))
        if len(level.subject) < 4 or not gap or level.label != other.label or is_elsewhere:
            continue
        verdict = Verdict.ROUNDED if gap <= max(level.quantity.step, other.quantity.step) else Verdict.FAILS
        sentence = f"同一句里{level.subject}有两个数：{_said(other.quantity)}、{_said(level.quantity)}。"
        span = (other.quantity.start, level.quantity.end)
        yield _says(given, name, span, sentence, verdict, actual=level.value, expected=other.value)


_SOURCE = "部门整体支出绩效自评报告（文字部分）"

CHECKS = (
    Check(
        "C-030",
        "文字里的增减额按金额算得出，增减方向一致",
        Severity.ERROR,
        Tolerance.SUM,
        formula="增减额 = 本年数 − 上年数；用词（增加、减少）与正负一致",
        source=_SOURCE,
        example="1,385.50 与上年 1,446.95 比，写“减少了 61.45 万元”；写“增加”的，方向错。",
        test=changes_are_differences,
    ),
    Check(
        "C-031",
        "文字里的增减率、占比按金额算得出",
        Severity.ERROR,
        Tolerance.PERCENT,
        formula="增减率 = |增减额| ÷ 上年数；占比 = 部分 ÷ 总额；按写的小数位数比较",
        source=_SOURCE,
        example="61.45 ÷ 1,446.95 = 4.25%；写 4.35% 的，错。",
        test=rates_are_of_their_base,
    ),
    Check(
        "C-032",
        "上年数为 0 的不写增减率",
        Severity.ERROR,
        Tolerance.NONE,
        formula="上年数 = 0 ⇒ 不写百分比",
        source=_SOURCE,
        example="上年 0、本年 307.82，写“增长 100%”。",
        test=nothing_grows_from_zero,
    ),
    Check(
        "C-037",
        "文字里比较的是同一口径",
        Severity.ERROR,
        Tolerance.NONE,
        formula="预算与上年预算比，决算与上年决算比",
        source=_SOURCE,
        example="“比上年预算减少”，减去的却是上年预算执行数 24,491.71，上年预算是 24,558.18。",
        test=like_is_compared_with_like,
    ),
    Check(
        "C-041",
        "文字里的预算完成率按金额算得出",
        Severity.ERROR,
        Tolerance.PERCENT,
        formula="完成率 = 决算数 ÷ 年初预算数；年初预算数 = 0 ⇒ 不写百分比",
        source=_SOURCE,
        example="2,940.05 ÷ 2,993.92 = 98.20%；年初预算为 0 写“完成年初预算的 95.89%”，错。",
        test=completions_are_of_the_budget,
    ),
    Check(
        "C-046",
        "完成率写明的预算就是它的分母",
        Severity.ERROR,
        Tolerance.NONE,
        formula="写“年初预算”的除以年初预算数，写“全年预算”的除以全年预算数",
        source=_SOURCE,
        example="307.82 ÷ 全年预算 321.02 = 95.89%，写成“完成年初预算的 95.89%”。",
        test=completions_name_their_budget,
    ),
    Check(
        "C-047",
        "完成率、执行率写到两位小数",
        Severity.INFORMATION,
        Tolerance.NONE,
        formula="文字里的完成率 = 按金额算的完成率（保留两位小数）",
        source=_SOURCE,
        example="2,940.05 ÷ 2,993.92 = 98.20%，写“完成年初预算的 98%”。",
        test=completions_have_two_decimals,
    ),
    Check(
        "C-058",
        "“三公”经费文字与表一致",
        Severity.ERROR,
        Tolerance.SAME,
        formula="文字里的数 = “三公”经费表的数（按写的小数位数比较）",
        source=_SOURCE,
        example="文字写接待费 1.53 万元，表里是 0。",
        test=three_public_is_as_in_the_table,
    ),
    Check(
        "C-103",
        "同一个量各处一致",
        Severity.ERROR,
        Tolerance.SAME,
        formula="文字里的数 = 表里的数；表里没有的，各处写的是一个数；总额 = 写出的各部分之和；"
        "其中的一项不超过总额；收入支出总计不少于本年收入加年初结转和结余",
        source=_SOURCE,
        example="文字写基本支出 5,377.64 万元，表里是 5,364.75 万元。",
        test=figures_are_as_in_the_return,
        version=2,
    ),
)
