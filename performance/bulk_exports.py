"""What a bulk export is of, how far it is, and what is said of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from budgets.file_names import storable_name
from orgs.models import Unit, User
from performance.bulk_export_models import BulkExport
from performance.official.editions import edition_of
from performance.packages import PARTS, REPORT, REPORT_PART, PackageFile
from submissions.models import CollectionRound, Submission

KEPT_FOR = timedelta(days=7)
"""How long a file is kept after it was made."""
SILENCE = timedelta(seconds=15)
"""Without a sign of life for longer, a worker is taken to have been killed."""
PATIENCE = timedelta(minutes=1)
"""The first in the row that waits for longer waits for a worker that is not there."""
NOT_BEGUN, NOT_APPROVED = "还没有开始填报", "还没有审核通过的填报"
Missing = list[str]
"""A unit that is not in an export, as code, name and why."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The returns that an export is of, in their order, and the units of its scope that have none."""

    returns: list[int]
    left_out: list[Missing]


def chosen_returns(round: CollectionRound, department: Unit | None, *, with_unapproved: bool) -> Chosen:
    """Choose each unit's approved return; where there is none the newest, if it may be. Two queries."""
    units = Unit.objects.below([round.bureau])
    if department:
        units = units.within(department)
    found: dict[int, dict[bool, int]] = {}
    returns = Submission.objects.filter(round=round, unit__in=units).order_by("revision")
    for each in returns.only("unit_id", "status"):  # of several the newest stays
        found.setdefault(each.unit_id, {})[each.is_effective] = each.pk
    chosen, left_out = [], []
    for unit in units.order_by("path"):
        of_unit = found.get(unit.pk, {})
        pk = of_unit.get(True) or (with_unapproved and of_unit.get(False))
        if pk:
            chosen.append(pk)
        else:
            left_out.append([unit.code, unit.name, NOT_APPROVED if of_unit else NOT_BEGUN])
    return Chosen(chosen, left_out)


def departments_below(bureau: Unit) -> list[Unit]:
    """Return the units right below a bureau, by their place in the tree."""
    return list(Unit.objects.filter(parent=bureau).order_by("path"))


def part_choices(round: CollectionRound) -> list[tuple[str, str]]:
    """Return what the packages of a round are made of, by name, as people call it."""
    edition = edition_of(round.bureau.region.code, round.fiscal_year)
    forms = [(str(name), edition.titles[name]) for name in edition.forms]
    return [*forms, (REPORT_PART, f"{REPORT}（Word）")]


def parts_said(round: CollectionRound, parts: Collection[str]) -> str:
    """Say which parts of the packages are exported."""
    if set(parts) >= {name for name, _ in part_choices(round)}:
        return "全套自评材料"
    return "、".join(title for name, title in part_choices(round) if name in parts)


def archive_name(
    round: CollectionRound, department: Unit | None, number: int, *, with_unapproved: bool
) -> str:
    """Return what an archive is called; it says when it has other returns than approved ones."""
    scope = storable_name(department.name) if department else "全部单位"
    caution = "（含未审核）" if with_unapproved else ""
    return f"{round.fiscal_year}年度 自评材料 {scope} {number}家{caution}.zip"


def known_parts(parts: Collection[str]) -> list[str]:
    """Return those parts there are, in the order of the package."""
    return [each for each in PARTS if each in parts]


def open_export_of(user: User) -> BulkExport | None:
    """Return the export of hers that waits or is being made; there is one at most."""
    found: BulkExport | None = BulkExport.objects.open().filter(actor=user).first()
    return found


def percent_of(export: BulkExport) -> int:
    """Return how much of it is done, in whole percent, rounded down."""
    return 100 * export.done // export.number


def remaining_of(export: BulkExport, now: datetime) -> str:
    """Say about how long it still takes, by how long what was done took since a worker took it last.

    Of one that waits, for what; "" where nothing is known yet, and of one that has ended. One query at most.
    """
    if export.state == BulkExport.State.WAITING:
        ahead = BulkExport.objects.open().filter(pk__lt=export.pk).count()
        if ahead:
            return f"前面还有 {ahead} 个导出"
        return "马上开始" if now - export.at <= PATIENCE else "后台作业好像没有运行，请告诉系统维护人员"
    done = export.done - export.resumed_done
    if not export.is_open or export.resumed_at is None or export.heartbeat_at is None:
        return ""
    if now - export.heartbeat_at > SILENCE:
        return "后台作业中断了，一会儿会接着做"
    if done <= 0:
        return ""
    left = export.number - export.done
    if not left:
        return "正在合成一个文件"
    seconds = (now - export.resumed_at) // timedelta(seconds=1) * left // done
    return f"大约还要 {span_text(seconds)}"


def span_text(seconds: int) -> str:
    """Return a span of time as people say it, rounded up."""
    if seconds < 60:
        return f"{max(seconds, 1)} 秒"
    minutes = -(-seconds // 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} 小时 {minutes_left} 分钟" if hours else f"{minutes} 分钟"


def size_text(size: int) -> str:
    """Return a size in bytes as people say it, rounded up to a tenth of a megabyte."""
    tenths = -(-size * 10 // 2**20)
    return f"{tenths // 10}.{tenths % 10} MB"


def kept_until(export: BulkExport) -> datetime | None:
    """Return until when the file of an export is kept; None where it has none."""
    return export.ended_at + KEPT_FOR if export.has_file and export.ended_at else None


def note_of(export: BulkExport, problems: Sequence[Missing]) -> PackageFile:
    """Return the note that goes along in the archive: what was asked for, and which units are missing."""
    missing = [*problems, *export.left_out]
    lines = [
        f"{export.round.fiscal_year} 年度自评材料批量导出",
        "",
        f"地区：{export.round.bureau.name}",
        f"范围：{export.scope}",
        f"内容：{parts_said(export.round, export.parts)}",
        "包括：" + ("已审核通过的和未审核的填报" if export.with_unapproved else "只有审核通过的填报"),
        f"导出人：{export.actor_name}",
        f"已导出：{len(export.returns) - len(problems)} 个单位",
        f"没有导出：{len(missing)} 个单位",
        *(f"  {code} {name}：{why}" for code, name, why in missing),
    ]
    return PackageFile("说明.txt", ("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))
