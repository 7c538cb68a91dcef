"""What applying a workbook of units and people would do: compared row by row, nothing written."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from orgs.models import Membership, Unit, User
from orgs.people import EMAIL_RULE, USERNAME_RULE, people_of
from orgs.people_sheets import Mistake, PeopleReading, PeopleSheet, SheetRow
from orgs.permissions import clash_mistake, role_mistake
from orgs.unit_rules import CODE_RULE, KINDS, place_mistake
from orgs.words import has_words

MOST_NEW_PEOPLE = 200
"""A password takes a tenth of a second to be hashed, and who confirms waits for all of them."""
_KINDS = {kind.label: kind.value for kind in KINDS}
_ROLES = {role.label: role.value for role in Membership.Role}
_LONGEST_NAME = User._meta.get_field("full_name").max_length or 0
_LONGEST_EMAIL = User._meta.get_field("email").max_length or 0
_LONGEST_USERNAME = User._meta.get_field("username").max_length or 0
_LONGEST_CODE = Unit._meta.get_field("code").max_length or 0
_LONGEST_UNIT_NAME = Unit._meta.get_field("name").max_length or 0


class NewRole(NamedTuple):
    """A role that would begin: whose, which, where."""

    person: User
    role: str
    unit: Unit

    @property
    def label(self) -> str:
        """What the role is called."""
        return Membership.Role(self.role).label


class NewEmail(NamedTuple):
    """Another address for e-mail of somebody known: whose, instead of which ("": none), which."""

    person: User
    before: str
    email: str


@dataclass(slots=True)
class PeoplePlan:
    """What applying does; new units and people are not saved yet, each unit stands after its parent."""

    bureau: Unit
    mistakes: list[Mistake] = field(default_factory=list)
    new_units: list[Unit] = field(default_factory=list)
    known_units: list[Unit] = field(default_factory=list)
    new_people: list[User] = field(default_factory=list)
    known_people: list[User] = field(default_factory=list)
    new_roles: list[NewRole] = field(default_factory=list)
    known_roles: list[NewRole] = field(default_factory=list)
    new_emails: list[NewEmail] = field(default_factory=list)

    @property
    def does_nothing(self) -> bool:
        """Whether all of it is here already."""
        return not (self.new_units or self.new_people or self.new_roles or self.new_emails)

    def changes(self) -> dict[str, Any]:
        """Return what it does as lists of texts, to be kept as the record."""
        return {
            "units": [
                [each.code, each.name, each.get_kind_display(), str(each.parent)] for each in self.new_units
            ],
            "people": [[each.username, each.full_name] for each in self.new_people],
            "roles": [
                [each.person.username, each.person.full_name, each.label, each.unit.code, each.unit.name]
                for each in self.new_roles
            ],
            "emails": [
                [each.person.username, each.person.full_name, each.before, each.email]
                for each in [
                    *(NewEmail(person, "", person.email) for person in self.new_people if person.email),
                    *self.new_emails,
                ]
            ],
        }

    @property
    def digest(self) -> str:
        """A short text that differs when what it does differs: confirming names the plan that was seen."""
        text = json.dumps([self.changes(), self.mistakes], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def plan_of(reading: PeopleReading, bureau: Unit) -> PeoplePlan:
    """Compare a workbook with the units and people of a region as they are now.

    Takes a constant number of queries. Everything that is wrong is in `mistakes`; with any, nothing may be
    applied.
    """
    plan = PeoplePlan(bureau, mistakes=list(reading.mistakes))
    units = _UnitPlanner(plan, reading.units)
    units.work()
    _PeoplePlanner(plan, reading.people, units.by_code, units.named).work()
    if len(plan.new_people) > MOST_NEW_PEOPLE:
        said = f"要开 {len(plan.new_people)} 个新账号，一次最多 {MOST_NEW_PEOPLE} 个，请分几个文件上传。"
        plan.mistakes.append(Mistake(reading.people.name, "A1", said))
    return plan


class _UnitPlanner:
    """Sorts the rows of the sheet 单位 into a plan."""

    def __init__(self, plan: PeoplePlan, sheet: PeopleSheet):
        self._plan, self._sheet = plan, sheet
        in_region = Unit.objects.filter(region=plan.bureau.region_id).select_related("parent", "region")
        self._taken = {unit.code: unit for unit in in_region}
        self.by_code = {
            code: unit for code, unit in self._taken.items() if unit.path.startswith(plan.bureau.path)
        }
        """The units of the tree by code, the new ones among them once the work is done."""
        self.named = {row.texts["code"] for row in sheet.rows}
        """The codes the sheet names, in rows with mistakes too: what stands on them is not wrong itself."""

    def work(self) -> None:
        """Place every row: known, new or mistaken."""
        waiting: dict[str, SheetRow] = {}
        first_seen: dict[str, int] = {}
        for row in self._sheet.rows:
            code = row.texts["code"]
            if mistakes := [*self._mistakes(row, first_seen)]:
                self._plan.mistakes += mistakes
            elif code in self._taken:
                self._compare(row, self._taken[code])
            else:
                waiting[code] = row
            first_seen.setdefault(code, row.number)
        self._place(waiting)

    def _mistakes(self, row: SheetRow, first_seen: dict[str, int]) -> Iterator[Mistake]:
        code, name = row.texts["code"], row.texts["name"]
        said = {
            "code": _code_mistake(code) or _repeated(f"单位编码 {code}", first_seen.get(code)),
            "name": _name_mistake("单位名称", name, _LONGEST_UNIT_NAME),
            "kind": "" if self._is_bureau(row) else _choice_mistake("类别", row.texts["kind"], _KINDS),
            "parent": "" if self._is_bureau(row) else self._parent_mistake(row.texts["parent"]),
        }
        yield from (self._sheet.mistake(row, column, text) for column, text in said.items() if text)

    def _is_bureau(self, row: SheetRow) -> bool:
        return row.texts["code"] == self._plan.bureau.code

    def _parent_mistake(self, code: str) -> str:
        if not code:
            return "请填写上级单位的编码。"
        return "" if code in self.by_code or code in self.named else _no_unit(code)

    def _compare(self, row: SheetRow, unit: Unit) -> None:
        """A code the region has: the same unit, or a contradiction."""
        if unit.code not in self.by_code:
            self._say(row, "code", f"编码 {unit.code} 在本地区已经有别的单位使用，请换一个编码。")
            return
        texts, parent = row.texts, unit.parent.code if unit.parent else ""
        if texts["name"] != unit.name:
            said = (
                f"编码 {unit.code} 的单位现在叫“{unit.name}”。要改名请在“单位”页改；不是同一个单位请换编码。"
            )
            self._say(row, "name", said)
        if texts["kind"] != unit.get_kind_display():
            self._say(row, "kind", f"{unit.name}是{unit.get_kind_display()}，类别不能改。")
        if texts["parent"] != parent:
            self._say(row, "parent", f"{unit.name}的上级是 {parent or '（没有）'}，上级不能改。")
        self._plan.known_units.append(unit)

    def _place(self, waiting: dict[str, SheetRow]) -> None:
        """Place new units below their parents, which may stand further down in the sheet."""
        below: dict[str, list[SheetRow]] = defaultdict(list)
        for row in waiting.values():
            below[row.texts["parent"]].append(row)
        ready = [row for code in list(self.by_code) for row in below.pop(code, [])]
        for row in ready:  # which grows meanwhile
            self._add(row)
            ready.extend(below.pop(row.texts["code"], []))
        self._plan.new_units.sort(key=lambda unit: unit.path)
        if not self._plan.mistakes:  # else they may stand below a row with a mistake
            for row in chain.from_iterable(below.values()):
                self._say(row, "parent", "上级绕成了圈：这一行往上找不到财政局。请核对上级编码。")

    def _add(self, row: SheetRow) -> None:
        texts, parent = row.texts, self.by_code[row.texts["parent"]]
        unit = Unit(
            region=self._plan.bureau.region,
            parent=parent,
            code=texts["code"],
            name=texts["name"],
            kind=_KINDS[texts["kind"]],
        )
        unit.derive()
        if said := place_mistake(parent, unit.code, unit.kind):
            self._say(row, "parent", said)
        self.by_code[unit.code] = unit
        self._plan.new_units.append(unit)

    def _say(self, row: SheetRow, column: str, message: str) -> None:
        self._plan.mistakes.append(self._sheet.mistake(row, column, message))


class _PeoplePlanner:
    """Sorts the rows of the sheet 人员 into a plan."""

    def __init__(self, plan: PeoplePlan, sheet: PeopleSheet, units: dict[str, Unit], named: set[str]):
        self._plan, self._sheet, self._units, self._named = plan, sheet, units, named
        names = {row.texts["username"].lower() for row in sheet.rows}
        taken = User.objects.annotate(lower_name=Lower("username")).filter(lower_name__in=names)
        self._taken = {person.username.lower(): person for person in taken}
        self._ours = set(
            people_of([plan.bureau])
            .filter(pk__in=[person.pk for person in self._taken.values()])
            .values_list("pk", flat=True)
        )
        self._held = self._roles_held()
        self._known: dict[str, User] = {}
        self._new: dict[str, User] = {}
        self._first_seen: dict[tuple[str, str, str], int] = {}
        self._emails: dict[str, SheetRow] = {}
        """The first row that says where somebody's e-mail goes, by lower-case user name."""

    def _roles_held(self) -> dict[str, list[tuple[str, str]]]:
        """What those who have an account do today, wherever, by lower-case user name."""
        held: dict[str, list[tuple[str, str]]] = defaultdict(list)
        memberships = Membership.objects.active().filter(user__in=self._taken.values())
        for each in memberships.select_related("unit", "user"):
            held[each.user.username.lower()].append((each.role, each.unit.path))
        return held

    def work(self) -> None:
        """Place every row: a new person or a known one, and her role."""
        for row in self._sheet.rows:
            mistakes = [*self._mistakes(row)]
            self._plan.mistakes += mistakes
            if not mistakes and row.texts["unit"] in self._units:
                person = self._person(row)
                self._give(row, person)
                self._write_to(row, person)
        self._plan.known_people = [*self._known.values()]

    def _mistakes(self, row: SheetRow) -> Iterator[Mistake]:
        texts = row.texts
        key = (texts["username"].lower(), texts["role"], texts["unit"])
        said = {
            "username": _username_mistake(texts["username"])
            or _repeated("这个人的这个角色", self._first_seen.get(key)),
            "full_name": _name_mistake("姓名", texts["full_name"], _LONGEST_NAME),
            "role": _choice_mistake("角色", texts["role"], _ROLES) or self._place_mistake(row),
            "unit": self._unit_mistake(texts["unit"]),
            "email": self._email_mistake(row),
        }
        self._first_seen.setdefault(key, row.number)
        column, contradiction = self._contradiction(row)
        said[column] = said[column] or contradiction
        yield from (self._sheet.mistake(row, column, text) for column, text in said.items() if text)

    def _unit_mistake(self, code: str) -> str:
        if not code:
            return "请填写单位编码。"
        return "" if code in self._units or code in self._named else _no_unit(code)

    def _place_mistake(self, row: SheetRow) -> str:
        unit = self._units.get(row.texts["unit"])
        return role_mistake(_ROLES[row.texts["role"]], unit) if unit else ""

    def _email_mistake(self, row: SheetRow) -> str:
        """What is wrong with an address; a blank one says nothing, and changes nothing."""
        email, name = _email(row), row.texts["username"].lower()
        if not email:
            return ""
        first = self._emails.setdefault(name, row)
        if _email(first) != email:
            return f"与第 {first.number} 行这个人的邮箱不同，请写成一样的。"
        if len(email) > _LONGEST_EMAIL:
            return f"电子邮箱有 {len(email)} 字，最多 {_LONGEST_EMAIL} 字，请核对。"
        return _refused_by(EMAIL_RULE, email) or self._not_ours_to_change(name, email)

    def _not_ours_to_change(self, name: str, email: str) -> str:
        """Why somebody's address is not this bureau's to change; "" where it is, or stays as it is."""
        person, here = self._taken.get(name), self._plan.bureau.path
        is_shared = any(not path.startswith(here) for _, path in self._held.get(name, []))
        if not person or person.pk not in self._ours or person.email == email or not is_shared:
            return ""
        return f"{person.full_name}在本地区以外也有任职，邮箱不能在这里改，请本人登录后修改。"

    def _contradiction(self, row: SheetRow) -> tuple[str, str]:
        """The column in which a row says otherwise than the person who has its user name, and how; or ""."""
        name, full_name = row.texts["username"], row.texts["full_name"]
        person = self._taken.get(name.lower()) or self._new.get(name.lower())
        if person and person.pk and person.pk not in self._ours:
            return "username", f"用户名 {name} 已经有人使用，请换一个。"
        if person and person.username != name:
            return "username", f"已经有用户名 {person.username}，只差大小写，请写成一样的。"
        if person and person.full_name != full_name:
            said = (
                f"用户名 {name} 是{person.full_name}的，不是{full_name}的。同一个人请改姓名，否则请换用户名。"
            )
            return "full_name", said
        return "full_name", ""

    def _person(self, row: SheetRow) -> User:
        """The person a row names, new or known."""
        name = row.texts["username"].lower()
        if known := self._taken.get(name):
            self._known[name] = known
        return known or self._new.get(name) or self._open(row)

    def _open(self, row: SheetRow) -> User:
        name, full_name = row.texts["username"], row.texts["full_name"]
        person = User(username=name, full_name=full_name, must_change_password=True)
        person.derive()
        self._new[name.lower()] = person
        self._plan.new_people.append(person)
        return person

    def _write_to(self, row: SheetRow, person: User) -> None:
        """Let a person have the address that the first of her rows says which has one."""
        email = _email(row)
        if not email or row is not self._emails[person.username.lower()] or email == person.email:
            return
        if person.pk:
            self._plan.new_emails.append(NewEmail(person, person.email, email))
        else:
            person.email = email

    def _give(self, row: SheetRow, person: User) -> None:
        role, unit = _ROLES[row.texts["role"]], self._units[row.texts["unit"]]
        held = self._held[person.username.lower()]
        given = NewRole(person, role, unit)
        if (role, unit.path) in held:
            self._plan.known_roles.append(given)
            return
        if said := clash_mistake(person.full_name, [each for each, _ in held], role):
            self._refuse(row, "role", said)
            return
        held.append((role, unit.path))
        self._plan.new_roles.append(given)

    def _refuse(self, row: SheetRow, column: str, message: str) -> None:
        self._plan.mistakes.append(self._sheet.mistake(row, column, message))


def _email(row: SheetRow) -> str:
    """The address a row says; "" for none, and in a workbook without the column."""
    return row.texts.get("email", "")


def _repeated(what: str, first: int | None) -> str:
    return f"{what}与第 {first} 行重复，请只留一行。" if first else ""


def _code_mistake(code: str) -> str:
    return _name_mistake("单位编码", code, _LONGEST_CODE) or _refused_by(CODE_RULE, code)


def _username_mistake(name: str) -> str:
    return _name_mistake("用户名", name, _LONGEST_USERNAME) or _refused_by(USERNAME_RULE, name)


def _refused_by(rule: Callable[[str], None], text: str) -> str:
    """What a validator says of a text; "" when nothing."""
    try:
        rule(text)
    except ValidationError as error:
        return str(error.messages[0])
    return ""


def _name_mistake(what: str, name: str, longest: int) -> str:
    if not has_words(name):
        return f"请填写{what}。"
    return f"{what}有 {len(name)} 字，最多 {longest} 字，请写短些。" if len(name) > longest else ""


def _choice_mistake(what: str, text: str, choices: dict[str, str]) -> str:
    if text in choices:
        return ""
    said = f"没有“{text[:20]}”这个{what}" if text else f"请填写{what}"
    return f"{said}，可以是：{'、'.join(choices)}。"


def _no_unit(code: str) -> str:
    return f"没有编码为 {code[:20]} 的单位：本地区没有，“单位”工作表里也没有。请核对编码，或先加上这个单位。"
