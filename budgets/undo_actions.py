"""The deed of taking back what a workbook saved into its return: all of it, or nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from budgets.actions import LineChange, LineKey, LinesConflict, LockedFigures, Removal, save_lines, save_text
from budgets.cells import row_key
from budgets.import_actions import ImportRefused
from budgets.import_plans import stored_value
from budgets.models import LINE_MODELS, ReturnText, ReturnUpload, ScheduleLine, UploadUndo
from budgets.money import AmountUnit, figure_text
from budgets.returns import BY_NATURE, PROJECTS, SCHEDULES, Schedule
from orgs.models import User
from submissions.actions import lock_editable
from submissions.models import Edit, Submission

_CHANGED_SINCE = "“{}”在导入以后又改过，不能整次撤销。请在网页上改，或者改好再上传一份。"


@transaction.atomic
def undo_upload(*, upload: ReturnUpload, by: User, at: datetime) -> UploadUndo:
    """Put back what saving a workbook changed, by its records, and return that it is undone.

    Cells have what they had before, rows that were new go, rows that went are there again (under a new
    number); whatever else was changed meanwhile stays. Leaves one `Edit` for each that the import left.

    Raises what `lock_editable` raises, and ImportRefused when the import is not hers, was undone before, or
    one of its cells was changed since.
    """
    submission = lock_editable(upload.submission_id, by=by)
    locked = ReturnUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.uploaded_by_id != by.pk or not locked.applied_at or "new_rows" not in (locked.changes or {}):
        raise ImportRefused("这次导入不能撤销。")
    if UploadUndo.objects.filter(upload=locked).exists():
        raise ImportRefused("这次导入已经撤销过了。")
    saves = submission.edits.filter(
        source=Edit.Source.IMPORTED, actor=locked.applied_by_id, at=locked.applied_at
    )
    for edit in saves.order_by("-pk"):
        common: dict[str, Any] = {"submission": submission, "by": by, "at": at, "source": Edit.Source.UNDONE}
        if edit.schedule in ReturnText.Name.values:
            _put_back_text(edit, common)
        else:
            _put_back_rows(edit, locked, common)
    return UploadUndo.objects.create(upload=locked, actor=by, actor_name=by.full_name, at=at)


def _put_back_text(edit: Edit, common: dict[str, Any]) -> None:
    name = ReturnText.Name(edit.schedule)
    old, new = edit.changes[0]["cells"]["text"]
    stored = ReturnText.objects.filter(submission=edit.submission_id, name=name).first()
    if stored is None or stored.text != new:
        raise ImportRefused(_CHANGED_SINCE.format(name.label))
    save_text(name=name, text=old, row_version=stored.row_version, **common)


def _put_back_rows(edit: Edit, upload: ReturnUpload, common: dict[str, Any]) -> None:
    given = next(schedule for schedule in SCHEDULES if schedule.name == edit.schedule)
    new_rows = (upload.changes or {})["new_rows"].get(edit.schedule, [])
    # The total of the projects is a row by nature.
    of_nature = [change for change in edit.changes if given == PROJECTS and "item" in change["row"]]
    others = [change for change in edit.changes if change not in of_nature]
    for schedule, changes in ((given, others), (BY_NATURE, of_nature)):
        found = _Inverse(schedule, common["submission"], new_rows)
        for change in changes:
            found.take(change)
        if not (found.rows or found.removed):
            continue
        try:
            save_lines(
                schedule=schedule,
                rows=found.rows,
                removed=found.removed,
                unit=AmountUnit(upload.amount_unit),
                **common,
            )
        except (LinesConflict, LockedFigures) as refusal:
            raise ImportRefused(_CHANGED_SINCE.format(schedule.short_title)) from refusal


class _Inverse:
    """The rows of a schedule that put back what the changes of a save did."""

    def __init__(self, schedule: Schedule, submission: Submission, new_rows: list[dict[str, Any]]):
        self.schedule, self.model, self.new_rows = schedule, LINE_MODELS[schedule.name], new_rows
        self.columns = {column.name: column for column in schedule.columns}
        self.lines = list(self.model.objects.of_schedule(submission, schedule))
        self.rows: list[LineChange] = []
        self.removed: list[Removal] = []

    def take(self, change: dict[str, Any]) -> None:
        """Add what puts back one change; raise ImportRefused where the row is not as the import left it."""
        line = next(self._found(change), None)
        if "removed" in change:
            if line:
                raise self._refusal()
            values = {name: self._value(name, text) for name, text in change["removed"].items()}
            self.rows.append(LineChange(self._key(change["row"]), 0, values))
            return
        if line is None:
            raise self._refusal()
        cells = change["cells"]
        values = line.values(list(self.columns))
        is_new = change["row"] in self.new_rows
        for name, value in values.items():
            left = cells[name][1] if name in cells else ""
            if (name in cells or is_new) and figure_text(value) != left:
                raise self._refusal()
        number = line.pk if self.schedule.is_named else None
        if is_new:
            self.removed.append(Removal(line.key, line.row_version, number))
            return
        values |= {name: self._value(name, old) for name, (old, _) in cells.items()}
        key = tuple(values[name] for name in self.model.KEY) if self.schedule.is_named else line.key
        self.rows.append(LineChange(key, line.row_version, values, number))

    def _found(self, change: dict[str, Any]) -> Iterator[ScheduleLine]:
        """The row of a change, if it is there: by its number where it has one, else by its key."""
        for line in self.lines:
            if "line" in change and "removed" not in change:
                if line.pk == change["line"]:
                    yield line
            elif row_key(self.model, line.key) == change["row"]:
                yield line

    def _key(self, row: dict[str, Any]) -> LineKey:
        names = ((name, name.removesuffix("_id")) for name in self.model.KEY)
        return tuple(row.get(short, None if name != short else "") for name, short in names)

    def _value(self, name: str, text: str) -> Any:
        return stored_value(text, self.columns[name])

    def _refusal(self) -> ImportRefused:
        return ImportRefused(_CHANGED_SINCE.format(self.schedule.title))
