"""Workbooks about people: the one in which units and people are listed, and the one with new passwords.

A door to openpyxl.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from orgs.models import Membership, Unit
from orgs.people_sheets import COLUMNS, PEOPLE, UNITS
from orgs.unit_rules import KINDS
from orgs.words import as_in_workbook

_HEAD, _BODY = Font(name="宋体", size=11, bold=True), Font(name="宋体", size=11)
_TINT = PatternFill("solid", start_color="EAF0F6")
_WRAP = Alignment(vertical="center", wrap_text=True)
_AS_TEXT = "@"
"""So that a code keeps the zeros it begins with."""
_WIDTHS = {UNITS: (16, 36, 12, 16), PEOPLE: (18, 16, 20, 16, 30)}
_ROWS_PREPARED = 500
_KINDS = "、".join(kind.label for kind in KINDS)
_ROLES = "、".join(role.label for role in Membership.Role)
_HOW_TO = (
    "在“单位”工作表里列出要新增的单位，在“人员”工作表里列出人员的角色，一行一个；只用其中一张也可以。",
    f"单位：编码只用数字和字母；类别是{_KINDS}；上级编码是财政局、部门或单位的编码。",
    "部门直接归财政局管，上级是财政局；下级单位的上级是它的部门。本地区现有的单位列在“现有单位”工作表，可以不重抄。",
    f"人员：一个人有几个角色就写几行，用户名和姓名相同。角色是{_ROLES}。",
    "财政绩效股、管理员、审计属于财政局；主管部门审核人属于部门；填报人、单位负责人属于部门和单位。",
    "财政业务股室写财政局的编码就管全部单位，写部门或单位的编码就只管它和它下面的（归口），管几个部门写几行。",
    "电子邮箱选填，通知和报送回执会同时发到这里；一个人有几行的，写在一行就够。留空不改动已有的邮箱，写了就改成这个。",
    "除邮箱外，已有的单位和人员不会重复添加，也不会改动；名称或姓名与系统里不一致时会列出来，请核对。",
    "本地区现有的人员和邮箱列在“现有人员”工作表，要改邮箱的，把那一行抄到“人员”工作表再改。",
    "上传后先看预览，确认后才写入。新开的账号各有一个一次性密码，确认后的页面上只显示一次，首次登录须修改。",
)


def people_template(units: Iterable[Unit], memberships: Iterable[Membership]) -> bytes:
    """Return the workbook in which units and people are listed, with those of today for reference.

    `memberships` are the roles of today, with person and unit.
    """
    book: Any = Workbook()
    how_to = book.worksheets[0]
    how_to.title = "填表说明"
    how_to.column_dimensions["A"].width = 110
    for number, sentence in enumerate(_HOW_TO, 1):
        cell = how_to.cell(number, 1, f"{number}. {sentence}")
        cell.font, cell.alignment = _BODY, _WRAP
    for name, choices in (
        (UNITS, {"kind": [kind.label for kind in KINDS]}),
        (PEOPLE, {"role": [role.label for role in Membership.Role]}),
    ):
        _list_sheet(book.create_sheet(name), name, choices)
    known = book.create_sheet("现有单位")
    rows = [(u.code, u.name, u.get_kind_display(), u.parent.code if u.parent else "") for u in units]
    _table(known, list(COLUMNS[UNITS].values()), rows, _WIDTHS[UNITS])
    people = [
        (m.user.username, m.user.full_name, m.get_role_display(), m.unit.code, m.user.email)
        for m in memberships
    ]
    _table(book.create_sheet("现有人员"), list(COLUMNS[PEOPLE].values()), people, _WIDTHS[PEOPLE])
    return _bytes(book)


def passwords_workbook(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """Return the list of full names, user names and one-time passwords, to be handed out."""
    book: Any = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "一次性密码"
    _table(sheet, ["姓名", "用户名", "一次性密码"], rows, (18, 20, 28))
    return _bytes(book)


def _list_sheet(sheet: Any, name: str, choices: dict[str, list[str]]) -> None:
    """An empty list with its head; the columns of `choices` offer them."""
    _table(sheet, list(COLUMNS[name].values()), [], _WIDTHS[name])
    for number, column in enumerate(COLUMNS[name], 1):
        letter = get_column_letter(number)
        for row in range(2, _ROWS_PREPARED + 2):
            cell = sheet.cell(row, number)
            cell.font, cell.number_format = _BODY, _AS_TEXT
        if column in choices:
            offered = DataValidation(type="list", formula1=f'"{",".join(choices[column])}"', allow_blank=True)
            offered.add(f"{letter}2:{letter}{_ROWS_PREPARED + 1}")
            sheet.add_data_validation(offered)


def _table(sheet: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """A head and its rows, all of it text whatever it begins with."""
    for number, (head, width) in enumerate(zip(heads, widths, strict=True), 1):
        cell = sheet.cell(1, number, head)
        cell.font, cell.fill = _HEAD, _TINT
        sheet.column_dimensions[get_column_letter(number)].width = width
    for at, row in enumerate(rows, 2):
        for number, text in enumerate(row, 1):
            cell = sheet.cell(at, number, as_in_workbook(text))
            cell.data_type, cell.font, cell.number_format = "s", _BODY, _AS_TEXT
    sheet.freeze_panes = "A2"


def _bytes(book: Any) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
