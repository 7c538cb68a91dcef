"""The summary returns of the re-checks: indicator by indicator, and how far each unit's points were off.

Source: forms.md f7, the columns of public review scripts.
"""

from decimal import Decimal

from performance.bureau_tables.means import added, greatest_first, mean
from performance.bureau_tables.scope import Scope, department_code
from performance.bureau_tables.summary import Column, Kind, Line, Note, Summary
from performance.recheck_models import RecheckVersion, SampledReturn
from performance.recheck_rules import NO_RATE, deviation, is_large
from performance.recheck_sheets import COLUMNS, deviation_text, lines_of
from performance.rechecks import rechecks_of
from performance.scoring import grade_of
from submissions.models import Submission
from submissions.standings import end_of

_POINTS = ("权重", "自评得分", "复核得分")


def _finished(scope: Scope) -> dict[int, RecheckVersion]:
    """The finished re-checks of the returns that count, by the number of the return; one query."""
    found = RecheckVersion.objects.filter(submission__in=scope.coverage.numbers, is_finished=True)
    if scope.day:
        found = found.filter(at__lt=end_of(scope.day))
    return {each.submission_id: each for each in found}


def _checked(scope: Scope, finished: dict[int, RecheckVersion]) -> list[Submission]:
    found = [each for each in scope.coverage.returns if each.pk in finished]
    for each in found:
        each.round = scope.round
        each.unit.region = scope.round.bureau.region
    return found


def rechecks(scope: Scope) -> Summary:
    """复核（抽查）结果表: a line for each indicator of the re-checked returns."""
    finished = _finished(scope)
    checked = _checked(scope, finished)
    columns = (
        Column("单位编码", Kind.TEXT, 12),
        Column("单位名称", Kind.TEXT, 26),
        *(Column(title, _kind(title), width) for title, width in COLUMNS),
    )
    lines = [
        Line([each.unit.code, each.unit.name, *line], ("recheck", each.pk))
        for each, recheck in (rechecks_of(checked) if checked else ())
        for line in lines_of(recheck)
    ]
    own, found, off = _whole([finished[each.pk] for each in checked])
    foot = [
        *("合计", f"{len(checked)} 个单位", "总分（简单平均）", *[""] * 5),
        *(None, "", own, "", found, deviation_text(off, own or Decimal(0))),
        "",
    ]
    return Summary(columns, lines, foot, _notes(scope, finished), named=1)


def _kind(title: str) -> Kind:
    if title in _POINTS:
        return Kind.POINTS
    return Kind.WORDS if title in ("三级指标", "备注") else Kind.TEXT


def deviations(scope: Scope) -> Summary:
    """复核偏离度: a line for each re-checked return, those that gave themselves too much first."""
    finished = _finished(scope)
    heads = {unit.code: unit.name for unit in scope.coverage.units if unit.depth == 1}
    columns = (
        Column("序号", Kind.COUNT, 6),
        Column("单位编码", Kind.TEXT, 12),
        Column("单位名称", Kind.TEXT, 34),
        Column("主管部门", Kind.TEXT, 30),
        Column("自评得分", Kind.POINTS, 11),
        Column("复核得分", Kind.POINTS, 11),
        Column("偏离度", Kind.CHANGE_RATE, 11),
        Column("自评等级", Kind.TEXT, 10),
        Column("复核等级", Kind.TEXT, 10),
        Column("备注", Kind.WORDS, 24),
    )
    found = [(each, finished[each.pk]) for each in scope.coverage.returns if each.pk in finished]
    found.sort(key=lambda pair: (*greatest_first(_off(pair[1])), pair[0].unit.code))
    lines = [
        Line(
            [
                number,
                each.unit.code,
                each.unit.name,
                heads.get(department_code(each.unit.path), ""),
                version.own_total,
                version.found_total,
                NO_RATE if _off(version) is None else _off(version),
                grade_of(version.own_total),
                grade_of(version.found_total or Decimal(0)),
                "偏离度超过 10 %" if is_large(_off(version)) else "",
            ],
            ("recheck", each.pk),
        )
        for number, (each, version) in enumerate(found, 1)
    ]
    own, checked, off = _whole([version for _, version in found])
    average = mean(_off(version) for _, version in found)
    foot = ["合计", "", f"{len(found)} 个单位", "", own, checked, off, "", "", ""]
    notes = _notes(scope, finished)
    if average is not None:
        notes.append(Note(f"合计的得分为简单平均，偏离度按它们计算；各单位偏离度的平均为 {average} %"))
    return Summary(columns, lines, foot, notes, named=2)


def _off(version: RecheckVersion) -> Decimal | None:
    return deviation(version.own_total, version.found_total)


def _whole(versions: list[RecheckVersion]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The means of both scores, and the deviation of their sums."""
    own, found = ([getattr(each, name) for each in versions] for name in ("own_total", "found_total"))
    off = deviation(added(own), added(found))
    return mean(own), mean(found), off


def _notes(scope: Scope, finished: dict[int, RecheckVersion]) -> list[Note]:
    """Which returns that were drawn are not re-checked to the end; one query."""
    drawn = SampledReturn.objects.filter(submission__in=scope.coverage.numbers)
    if scope.day:
        drawn = drawn.filter(draw__at__lt=end_of(scope.day))
    wanted = set(drawn.values_list("submission", flat=True)) - set(finished)
    names = [each.unit.name for each in scope.coverage.returns if each.pk in wanted]
    return [Note("抽中、复核还没有完成，没有列入", names)] if names else []
