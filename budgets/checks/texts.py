"""Texts: C-100 to C-109 except C-103. Source: checks.md §1, group Text.

A wrong accusation costs trust: what could be meant otherwise is passed over.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from budgets.cells import row_label
from budgets.checks.given import Given
from budgets.checks.reading import Kind, Quantity, chinese_number, half_width, quantities, sentences
from budgets.checks.words import REPORT, Name, in_each_text, quote, quoted, without_titles
from budgets.models import SECTIONS
from budgets.returns import (
    BY_FUNCTION,
    CARRYOVER,
    PROJECTS,
    REVENUE,
    SCHEDULES,
    THREE_PUBLIC,
    TOTAL,
)
from budgets.rows import Row
from submissions.findings import Check, Outcome, Severity, Tolerance

# --- C-100: years

_LASTING = {Name.DUTIES, Name.ORGANISATION}
"""What they say began in any year."""
_AHEAD = {Name.PROBLEMS, Name.IMPROVEMENTS, Name.DISCLOSURE, Name.OTHER_MATTERS}
"""They may speak of the year to come."""
_OF_THE_YEAR = {Name.RESULTS, Name.THRIFT_MEASURES}
"""They say what was done in the year."""
_PLANNED = re.compile("计划|拟|将|下一?年|编制|预计|次年")
_BEGUN = re.compile(
    r"自|以来|(?<![\d ])起|成立|组建|印发|发布|出台|修订|批复|立项|开工|建成|投入|下达|结转|遗留|规划"
    r"|至|到|—|-|~|年前"
)
"""In the clause of an older year: it says when something began that goes on."""
_COMPARED = re.compile("上年|去年|同比|相比|比|较|增长|增加|减少|下降|上升|今年|本年|以来|结转")
_OF_THE_ACCOUNTS = re.compile("决算|预算|资金|项目|批|立项|开工|度|底|末")
_RANGE = re.compile(r"(?:19|20)\d\d年?[ \u3000]*[—~至到-]+[ \u3000]*(?:19|20)\d\d")
_TRUNCATED = re.compile(r"(?<!\d)20\d[ \u3000]*年")


def years_are_those_of_the_report(given: Given) -> Iterator[Outcome]:
    """C-100: a year is the report's, the one before, or has a reason to be another."""

    def test(name: Name, text: str) -> Iterator[Outcome]:
        masked = without_titles(text)
        for found in _TRUNCATED.finditer(masked):
            yield _says(given, name, found.span(), f"年份“{found[0].strip()}”少了一位。", "写全年份。")
        for sentence in sentences(masked):
            years = [each for each in quantities(sentence.text) if each.kind is Kind.YEAR]
            for year in years:
                if wrong := _wrong_year(given.year, name, sentence.text, year, years):
                    span = (sentence.start + year.start, sentence.start + year.end)
                    remedy = "改成本年度的情况；确实说的是那一年的，写明是哪年的什么事。"
                    yield _says(given, name, span, wrong, remedy)

    yield from in_each_text(given, test, [name for name in Name if name not in _LASTING])


def _wrong_year(here: int, name: Name, sentence: str, year: Quantity, years: list[Quantity]) -> str:
    """What is wrong with a year of a sentence; "" for nothing."""
    value, clause = int(year.value), _clause(sentence, year.start)
    if value == here - 1:
        is_alone = name in _OF_THE_YEAR and all(each.value == value for each in years)
        if is_alone and not _COMPARED.search(sentence) and not _OF_THE_ACCOUNTS.search(clause):
            return f"这句说的是 {value} 年，本报告写的是 {here} 年度的情况。"
        return ""
    if value == here or _RANGE.search(sentence) or (value < here and _BEGUN.search(clause)):
        return ""
    if re.match(r" *\d{1,2}月", sentence[year.end :]):  # a day, of the report itself or of a decision
        return ""
    if value == here + 1 and (name in _AHEAD or _PLANNED.search(sentence)):
        return ""
    return f"写的是 {value} 年，本报告是 {here} 年度的。"


def _clause(sentence: str, at: int) -> str:
    """The clause of a sentence in which a place lies."""
    first = max(sentence.rfind(mark, 0, at) for mark in "，；,;") + 1
    ends = [end for mark in "，；,;" if (end := sentence.find(mark, at)) >= 0]
    return sentence[first : min(ends, default=len(sentence))]


def _says(given: Given, name: Name, span: tuple[int, int], sentence: str, remedy: str = "") -> Outcome:
    """Say what is wrong with some words of a text, which are quoted."""
    place, words = quoted(given, name, span)
    return given.fails(place, sentence, remedy=remedy, quotation=words)


# --- C-101: numbering

_ONES = "一二三四五六七八九十"
_NUMBERINGS = {
    "一是": re.compile(rf"(?<![\u4e00-\u9fff])([{_ONES}]{{1,3}})是"),
    "一、": re.compile(rf"^[ \t\u3000]*([{_ONES}]{{1,3}})、", re.MULTILINE),
    "（一）": re.compile(rf"^[ \t\u3000]*[（(]([{_ONES}]{{1,3}})[）)]", re.MULTILINE),
    "1、": re.compile(r"^[ \t\u3000]*(\d{1,2})[、.](?!\d)", re.MULTILINE),
    "（1）": re.compile(r"^[ \t\u3000]*[（(](\d{1,2})[）)]", re.MULTILINE),
}
"""The ways of numbering; all but the first stand at the beginning of a line."""


def numbering_is_continuous(given: Given) -> Iterator[Outcome]:
    """C-101: after 一是 comes 二是, after 1、 comes 2、; a list may begin anew."""

    def test(name: Name, text: str) -> Iterator[Outcome]:
        for style, pattern in _NUMBERINGS.items():
            for found, expected in _gaps(pattern, text):
                said, missed = found[0].strip(), style.replace("一" if "一" in style else "1", expected)
                yield _says(
                    given,
                    name,
                    (found.start(), found.end() + 12),
                    f"“{said}”前面没有“{missed}”。",
                    "补上缺的一条，或改正编号。",
                )

    yield from in_each_text(given, test)


def _gaps(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Markers that follow no other by one, each with the number it should have; lists within lists close."""
    open_lists: list[int] = []
    for found in pattern.finditer(text):
        number = int(found[1]) if found[1].isdigit() else chinese_number(found[1])
        if number is None or (not open_lists and number != 1):
            continue
        if number == 1:
            open_lists.append(1)
            continue
        while len(open_lists) > 1 and open_lists[-1] + 1 != number and number - 1 in open_lists:
            open_lists.pop()
        expected = open_lists[-1] + 1
        if number != expected:
            yield found, str(expected) if found[1].isdigit() else _in_chinese(expected)
        open_lists[-1] = number


def _in_chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_ONES[tens - 1]}十"
    return ten + (_ONES[ones - 1] if ones else "")


# --- C-102: how many are said, how many are listed

_LISTED = re.compile(
    rf"(?P<stated>\d{{1,2}}|[{_ONES}两]{{1,3}})[ ]*[个项家类名条](?P<what>[^，。；：\n]{{0,12}})"
    r"(?:：|[，,]?(?:分别是|分别为|分别有|即)：?)(?P<list>[^。；\n：]+)"
)
_COUNTED = re.compile("机构|科室|股室|处室|单位|部门|项目|学校")
"""Of these the list that follows is a list of all: not of 一个目标：…."""
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|《[^》]*》|“[^”]*”")
_STATED_PROJECTS = re.compile(
    r"(?:共有?|共计|总计)[ ]*(\d{1,3})[ ]*个项目|项目(?:共有?|共计|总计)[ ]*(\d{1,3})[ ]*个"
)
_PERSONS = re.compile(
    r"(?:实有|年末|在编)[^，。；：\d]{0,8}人数?[^，。；：\d]{0,4}(\d+)人，其中：?([^。；\n]+)"
)
_KINDS = re.compile(r"(在职|离休|退休|离退休|临聘|编外|遗属)[^，、。；\d]{0,6}?(\d+)人")


def what_is_counted_is_listed(given: Given) -> Iterator[Outcome]:
    """C-102: as many are listed as are said: offices, persons by kind, projects."""

    def test(name: Name, text: str) -> Iterator[Outcome]:
        yield from _miscounted(given, name, text)
        yield from _more_than_the_whole(given, name, text)
        if name is Name.PROJECT_SPENDING:
            yield from _other_projects(given, name, text)

    yield from in_each_text(given, test)


def _miscounted(given: Given, name: Name, text: str) -> Iterator[Outcome]:
    for found in _LISTED.finditer(text):
        stated = int(found["stated"]) if found["stated"].isdigit() else chinese_number(found["stated"])
        parts = _BRACKETS.sub("", found["list"]).split("、")
        joined = sum(len(re.findall("和|及|与", part)) for part in parts)
        is_open = len(parts) < 2 or "等" in found["list"] or re.search(r"\d", found["list"])
        around = text[max(found.start() - 12, 0) : found.start()] + found["what"]
        if (
            stated is None
            or is_open
            or not _COUNTED.search(around)
            or len(parts) <= stated <= len(parts) + joined
        ):
            continue
        sentence = f"写的是 {stated} 个，列出的有 {len(parts)} 个。"
        yield _counted(given, name, found.span(), sentence, stated, len(parts))


def _more_than_the_whole(given: Given, name: Name, text: str) -> Iterator[Outcome]:
    """Persons of kinds that exclude each other, more of them than there are said to be."""
    for found in _PERSONS.finditer(text):
        kinds = _KINDS.findall(_BRACKETS.sub("", found[2]).partition("其中")[0])
        stated = int(found[1])
        total = sum(int(number) for _, number in kinds)
        if len(kinds) > 1 and total > stated:
            said = " + ".join(f"{kind} {number}" for kind, number in kinds)
            sentence = f"写的是 {stated} 人，各类人员合计 {total} 人（{said}）。离退休人员不计入实有人数。"
            yield _counted(given, name, found.span(), sentence, stated, total)


def _other_projects(given: Given, name: Name, text: str) -> Iterator[Outcome]:
    known = {row.name for row in given.lines(PROJECTS)}
    for found in _STATED_PROJECTS.finditer(text):
        stated = int(found[1] or found[2])
        if known and stated != len(known):
            sentence = f"写的是 {stated} 个项目，“项目支出”表里有 {len(known)} 个。"
            yield _counted(given, name, found.span(), sentence, stated, len(known))


def _counted(
    given: Given, name: Name, span: tuple[int, int], sentence: str, actual: int, expected: int
) -> Outcome:
    place, words = quoted(given, name, span)
    return given.fails(
        place,
        sentence,
        actual=Decimal(actual),
        expected=Decimal(expected),
        remedy="核对个数和列出的各项，改正一处。",
        quotation=words,
    )


# --- C-104: residue of templates, spelling of the unit's name

_RESIDUE = re.compile(
    r"(?:增加|增长|上升|提高)[（(/](?:减少|下降|降低)[）)]?|(?:减少|下降|降低)[（(/](?:增加|增长|上升|提高)[）)]?"
    r"|减增加|增减少|(?<![A-Za-z\d])[XxＸ×]{2,}(?![A-Za-z\d])|\d+字以内|此处填写|请在此|仍保留该表格"
    r"|_{2,}|＿{2,}|\[bookmark:[^\]]*\]|#REF!|错误！未找到引用源|[（(][ \u3000]*[）)](?:万元|元|%|人|个)"
)
_PLACE_NAME = re.compile(r"^.*?(?:特别行政区|自治[区州县旗]|[省市州县区旗])(?=.{4,})")


def nothing_is_left_of_a_template(given: Given) -> Iterator[Outcome]:
    """C-104: no words of a template are left, and the unit has its own name."""
    own = _own_name(given.unit_name)

    def test(name: Name, text: str) -> Iterator[Outcome]:
        for found in _RESIDUE.finditer(text):
            left = given.texts[name][found.start() : found.end()]
            sentence = f"“{left}”像是模板里没有改掉的字样。"
            yield _says(given, name, found.span(), sentence, "删去，或换成实际情况。")
        for at in _misspelt(own, text):
            said = text[at : at + len(own)]
            sentence = f"单位名称写成“{said}”，登记的是“{own}”。"
            yield _says(given, name, (at, at + len(own)), sentence, "统一单位名称。")

    yield from in_each_text(given, test)


def _own_name(unit_name: str) -> str:
    """The name of a unit without the places before it; "" where too little is left."""
    own = unit_name
    while (shorter := _PLACE_NAME.sub("", own, count=1)) != own:
        own = shorter
    return own if len(own) >= 5 else ""


def _misspelt(own: str, text: str) -> Iterator[int]:
    """Where a text has the name with one other character: not the last, which tells 局 from 厅."""
    others = [rf"{re.escape(own[:at])}.{re.escape(own[at + 1 :])}" for at in range(1, len(own) - 1)]
    for found in re.finditer("|".join(others), text) if others else ():
        differing = {*zip(found[0], own, strict=True)} - {(each, each) for each in own}
        if differing and not any({one, other} <= _TELLS_APART for one, other in differing):
            yield found.start()


_TELLS_APART = set("一二三四五六七八九十东西南北中上下大小前后新老")
"""Characters by which units are told apart: 第一小学, 第二小学."""


# --- C-105: units

_OF_MONEY = (
    Name.OVERALL_SPENDING,
    Name.BUDGET_AND_OUTTURN,
    Name.THREE_PUBLIC_USE,
    Name.BASIC_SPENDING,
    Name.PROJECT_SPENDING,
)
_BARE = re.compile(
    r"(?:(?:增加|增长|减少|下降|降低|上升)(?:了|额|率|为)*|(?:经费|支出|收入|预算|决算|资金|费)(?:数|额|为|共计|共|合计|计|：)*)"
    r"[ \u3000]*(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{1,2}[ \u3000]*(?=[，。；）\n]|$)"
)
_UNIT_SAID = re.compile(r"单位[：:][ \u3000]*(?:万元|元|%)")
_EACH = re.compile(r"人均|每|单价|标准|均价|/$")


def amounts_have_their_unit(given: Given) -> Iterator[Outcome]:
    """C-105: an amount has its unit and a rate its %; the report has one unit of amounts throughout."""
    main = _main_unit(given)

    def test(name: Name, text: str) -> Iterator[Outcome]:
        if not _UNIT_SAID.search(text):
            for found in _BARE.finditer(text):
                if "分别" in _clause(text, found.start()):
                    continue
                sentence = f"“{found[0].strip()}”后面没有单位（元、万元或 %）。"
                yield _says(given, name, found.span(), sentence, "补上单位。")
        other = [each for each in _amounts(text) if main and each.unit != main]
        if name in _OF_MONEY and other:
            sentence = f"这里的金额用“{other[0].unit}”，报告其他地方用“{main}”。"
            span = (other[0].start, other[0].end)
            yield _says(given, name, span, sentence, f"全文统一用“{main}”。")

    yield from in_each_text(given, test)


def _main_unit(given: Given) -> str:
    """The unit most amounts of the sections of money have; "" for none."""
    units = [each.unit for name in _OF_MONEY for each in _amounts(half_width(given.texts.get(name, "")))]
    return max(units, key=units.count, default="")


def _amounts(text: str) -> list[Quantity]:
    """The amounts but zero and those of one person or piece."""
    found = [each for each in quantities(text) if each.kind is Kind.AMOUNT and each.value]
    return [
        each
        for each in found
        if not _EACH.search(_clause(text, each.start)[:20]) and text[each.end : each.end + 1] != "/"
    ]


# --- C-106: what there is said not to be

_SAID_TO_BE_NONE = (
    ("政府性基金(?:预算)?", "government_fund"),
    ("国有资本经营(?:预算)?", "state_capital"),
    ('[“"]?三公[”"]?经费', TOTAL),
)
"""What a text may say there is none of, and the code of its rows."""
_ANOTHER_TIME = re.compile("上年|去年|年初|往年|以前年度|不含|除")


def what_is_denied_is_not_in_the_tables(given: Given) -> Iterator[Outcome]:
    """C-106: where a text says there is no 政府性基金, 国有资本经营 or “三公”, the tables have none."""

    def test(name: Name, text: str) -> Iterator[Outcome]:
        for title, code in _SAID_TO_BE_NONE:
            yield from _denied(given, name, text, title, code)

    yield from in_each_text(given, test)


def _denied(given: Given, name: Name, text: str, title: str, code: str) -> Iterator[Outcome]:
    denial = re.compile(
        rf"(?:(?<![有毫绝])无|没有|未发生|未安排)(?:发生|安排)?{title}"
        r"(?:(?:财政拨款)?(?P<of>收入|支出|收支|决算|情况)|(?=[，。；和及与\n])|$)"
    )
    for found in denial.finditer(text):
        clause = _clause(text, found.start())
        is_of_the_year = not _ANOTHER_TIME.search(clause) and f"{given.year - 1}年" not in clause
        for row, figure in _there_is(given, code, found["of"] or "")[:1] if is_of_the_year else ():
            place, words = quoted(given, name, found.span())
            where = f"{row.schedule.short_title} · {row_label(row)}"
            denied = given.fails(
                place,
                f"写的是没有，{where}有 {given.said_with_unit(figure)}。",
                actual=Decimal(0),
                expected=figure,
                remedy="改写这句，或核对表里的数。",
                quotation=words,
            )
            yield denied._replace(in_yuan=True)


def _there_is(given: Given, code: str, of: str) -> list[tuple[Row, Decimal]]:
    """The rows that have what is denied, with their figure: what was received, or spent, or either."""
    if code == TOTAL:
        columns = [(given.row(THREE_PUBLIC, TOTAL), "outturn")]
    else:
        received = [(given.row(REVENUE, code), "outturn"), (given.row(CARRYOVER, code), "received")]
        lines = [row for row in given.lines(BY_FUNCTION) if getattr(row.line, "fund", "") == code]
        spent = [*((row, "outturn") for row in lines), (given.row(CARRYOVER, code), "spent")]
        columns = {"收入": received, "支出": spent}.get(of, [*received, *spent])
    return [(row, Decimal(row.values[name])) for row, name in columns if row and row.values[name]]


# --- C-107: what has to be there

_NOT_ITSELF = re.compile(
    r"请[^，。；]{0,6}(?:代为公开|代公开|代为公示|协助公开)|由财政[^，。；]{0,6}(?:代为)?公开"
)


def sections_are_there(given: Given) -> Iterator[Outcome]:
    """C-107: a report that was begun has every section, and the unit publishes it itself."""
    missing = [str(name.label) for name in SECTIONS if not given.texts.get(name)]
    if len(missing) == len(SECTIONS):
        yield given.not_applicable(REPORT, "没有写报告文字。")
        return
    if missing:
        sentence = f"还没有写：{'、'.join(missing)}。没有内容的也要写一句。"
        yield given.fails(REPORT, sentence, remedy="逐段补写；政府性基金等没有的，写明没有。")
    else:
        yield given.holds(REPORT)
    if given.texts.get(Name.DISCLOSURE):
        yield from in_each_text(given, lambda name, text: _handed_over(given, name, text), [Name.DISCLOSURE])


def _handed_over(given: Given, name: Name, text: str) -> Iterator[Outcome]:
    for found in _NOT_ITSELF.finditer(text):
        sentence = "公开是本单位的责任，不能请财政代为公开；还要写自评结果怎样应用。"
        remedy = "写明何时在本单位哪个网站公开、结果怎样用于改进管理和安排预算。"
        yield _says(given, name, found.span(), sentence, remedy)


# --- C-108: problems and measures


def every_problem_has_its_measure(given: Given) -> Iterator[Outcome]:
    """C-108: there are as many numbered measures as numbered problems."""
    problems, measures = (
        half_width(given.texts.get(name, "")) for name in (Name.PROBLEMS, Name.IMPROVEMENTS)
    )
    place = given.text_place(Name.IMPROVEMENTS)
    style = next(
        (pattern for pattern in _ITEMS if pattern.search(problems) and pattern.search(measures)), None
    )
    if style is None:
        yield given.not_applicable(place, "问题和措施没有都写，或没有用同样的编号。")
        return
    stated, expected = (len(style.findall(text)) for text in (measures, problems))
    if stated == expected:
        yield given.holds(place, actual=Decimal(stated), expected=Decimal(expected))
        return
    yield given.fails(
        place,
        f"问题有 {expected} 条，改进措施有 {stated} 条。",
        actual=Decimal(stated),
        expected=Decimal(expected),
        remedy="每个问题写一条措施，编号对应。",
    )


_ITEMS = tuple(_NUMBERINGS[style] for style in ("（一）", "一、", "1、", "（1）", "一是"))
"""The ways of numbering, the outer ones first."""


# --- C-109: reasons

_NO_REASON = {
    *("无", "没有", "无变化", "略", "同上", "见上", "正常", "正常增长", "正常变动", "正常支出", "正常调整"),
    *("按实际", "按实际支出", "据实", "据实列支", "实际需要", "工作需要", "业务需要", "实际支出"),
}
LEAST_REASON = 4
"""A reason has at least so many letters and figures."""
COPIED = 3
"""The same reason for so many rows was copied."""
_THE_SAME_EVERY_YEAR = {
    *_LASTING,
    *(Name.STAFFING, Name.GOVERNMENT_FUND, Name.STATE_CAPITAL, Name.SOCIAL_INSURANCE, Name.OTHER_MATTERS),
}


def reasons_are_reasons(given: Given) -> Iterator[Outcome]:
    """C-109: a reason says something, and something of its own; a text is not last year's."""
    rows = _explained(given)
    found = [*_bare_reasons(given, rows), *_copied_reasons(given, rows), *_last_years_texts(given)]
    if found:
        yield from found
    elif rows:
        yield given.holds(REPORT)
    else:
        yield given.not_applicable(REPORT, "没有写差异原因。")


def _explained(given: Given) -> list[Row]:
    """The rows with a reason, each once: the total of the projects stands in two schedules."""
    rows = {
        id(row.line): row
        for schedule in SCHEDULES
        for row in given.rows[schedule.name.value]
        if row.variance_reason
    }
    return list(rows.values())


def _plain(reason: str) -> str:
    return "".join(each for each in reason if each.isalnum())


def _bare_reasons(given: Given, rows: list[Row]) -> Iterator[Outcome]:
    for row in rows:
        words = _plain(row.variance_reason)
        if words in _NO_REASON or len(words) < LEAST_REASON:
            yield given.fails(
                given.place(row, "variance_reason"),
                f"“{row.variance_reason}”没有说明原因。",
                remedy="写明是什么事、涉及多少钱引起的。",
                quotation=row.variance_reason,
            )


def _copied_reasons(given: Given, rows: list[Row]) -> Iterator[Outcome]:
    same: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        words = _plain(row.variance_reason)
        if words not in _NO_REASON and len(words) >= LEAST_REASON:
            same[words].append(row)
    for found in same.values():
        if len(found) >= COPIED:
            named = "、".join(row_label(row) for row in found)
            yield given.fails(
                given.place(found[0], "variance_reason"),
                f"{len(found)} 行写了同样的原因：{named}。",
                remedy="逐行写各自的原因。",
                quotation=found[0].variance_reason,
            )


def _last_years_texts(given: Given) -> Iterator[Outcome]:
    past = given.last_year.texts if given.last_year else {}
    for name in Name:
        text = given.texts.get(name)
        if text and text == past.get(name) and name not in _THE_SAME_EVERY_YEAR:
            yield given.fails(
                given.text_place(name),
                f"与 {given.year - 1} 年度的一字不差。",
                remedy="改成本年的情况。",
                quotation=quote(text, 0, 0),
            )


_SOURCE = "部门整体支出绩效自评报告（文字部分）"

CHECKS = (
    Check(
        "C-100",
        "文字里的年份是本报告的年份",
        Severity.WARNING,
        Tolerance.NONE,
        formula="提到的年份为本年或上年；文件名、引文、事情的起始年份除外；绩效情况只写上年的要核对",
        source=_SOURCE,
        example="2023 年度的报告写“2022年历经9轮强降雨”，像是上年报告里没有改的。",
        test=years_are_those_of_the_report,
    ),
    Check(
        "C-101",
        "编号连续",
        Severity.WARNING,
        Tolerance.NONE,
        formula="一是、二是、三是……；（一）（二）……；1、2、……不跳号、不重号",
        source=_SOURCE,
        example="一是、二是后面是四是，缺三是。",
        test=numbering_is_continuous,
    ),
    Check(
        "C-102",
        "写的个数与列出的个数一致",
        Severity.WARNING,
        Tolerance.EXACT,
        formula="“N 个：甲、乙、丙”的 N = 列出的个数；实有人数 ≥ 各类人员之和；项目个数 = 项目支出表的项目数",
        source=_SOURCE,
        example="“实有人数122人，其中：在职人员122人，退休人员8人”，合计 130 人。",
        test=what_is_counted_is_listed,
    ),
    Check(
        "C-104",
        "没有模板残留字样，单位名称写法一致",
        Severity.ERROR,
        Tolerance.NONE,
        formula="没有“增加（减少）”“XX”“100字以内”等字样；单位名称与登记的一致",
        source=_SOURCE,
        example="“下降（增长）27.78%”；“规划与自然资源局”应为“规划和自然资源局”。",
        test=nothing_is_left_of_a_template,
    ),
    Check(
        "C-105",
        "金额有单位、比率有 %，全文用一个金额单位",
        Severity.WARNING,
        Tolerance.NONE,
        formula="金额后有元或万元，增减率后有 %；各部分金额单位一致",
        source=_SOURCE,
        example="“增长 13.95。”缺 %；“三公”经费用元，其他用万元。",
        test=amounts_have_their_unit,
    ),
    Check(
        "C-106",
        "写“无政府性基金”等的，表里也没有",
        Severity.ERROR,
        Tolerance.NONE,
        formula="文字写没有 ⇒ 收入、支出、结转结余表里该资金没有数",
        source=_SOURCE,
        example="写“无政府性基金预算支出情况”，收入表政府性基金有 135.00 万元。",
        test=what_is_denied_is_not_in_the_tables,
    ),
    Check(
        "C-107",
        "报告各部分齐全，由本单位公开",
        Severity.WARNING,
        Tolerance.NONE,
        formula="写了报告文字的，各部分都要有；公开情况写明本单位自行公开和结果的应用",
        source="《预算法》第十四条；部门整体支出绩效自评报告提纲",
        example="“请财政代为公开”。",
        test=sections_are_there,
    ),
    Check(
        "C-108",
        "每个问题有对应的改进措施",
        Severity.WARNING,
        Tolerance.EXACT,
        formula="编号的问题条数 = 编号的措施条数",
        source=_SOURCE,
        example="问题 4 条，措施 3 条。",
        test=every_problem_has_its_measure,
    ),
    Check(
        "C-109",
        "差异原因写了具体内容",
        Severity.WARNING,
        Tolerance.NONE,
        formula="原因不是“无”“正常”等，不是几行照抄；文字不与上年一字不差",
        source="预决算差异说明",
        example="原因写“正常”；三行都写“工作量增加，经费相应增加”。",
        test=reasons_are_reasons,
    ),
)
