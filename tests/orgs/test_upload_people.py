"""Units and people from a workbook: read, previewed, applied as a whole or not at all."""

import base64
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from orgs import people_import_actions, people_plans
from orgs.models import Event, Membership, PeopleUpload, Unit, User
from orgs.people_actions import NotAdministrator, PeopleRefused
from orgs.people_import_actions import apply_people_upload, keep_people_upload
from orgs.people_plans import plan_of
from orgs.people_sheets import COLUMNS, Mistake, read_people, reading_from
from tests.orgs.test_spreadsheets import workbook
from tests.world import NOW, PASSWORD, Role, make_person, numbered, signed_in, statements

UNIT_HEAD, PEOPLE_HEAD = (tuple(columns.values()) for columns in COLUMNS.values())
SCHOOL = [
    ("301002", "零陵区第一中学", "单位", "301001"),  # before its parent
    ("301001", "零陵区教育局", "部门", "100"),
]
STAFF = [
    ("wangfang", "王芳", "填报人", "301001"),
    ("wangfang", "王芳", "填报人", "301002"),
    ("liuyang", "刘洋", "单位负责人", "301002"),
    ("sun", "孙立", "单位负责人", "224002"),
    ("lin", "林晓", "填报人", "224001"),
]


def sheets(units=(), people=()):
    """The two sheets as they are read."""
    return [("单位", [UNIT_HEAD, *units]), ("人员", [PEOPLE_HEAD, *people])]


def plan(world, units=(), people=()):
    """What applying the two sheets would do."""
    return plan_of(
        read_people([(name, [list(row) for row in rows]) for name, rows in sheets(units, people)]),
        world.finance,
    )


def kept(world, units=(), people=()):
    """A workbook that Qian uploaded."""
    reading = read_people([(name, [list(row) for row in rows]) for name, rows in sheets(units, people)])
    file = {"file_name": "人员.xlsx", "sha256": "0" * 64}
    return keep_people_upload(bureau=world.finance, rows=reading.as_json(), **file, by=world.qian, at=NOW)


def apply(world, upload):
    """Confirm a workbook right after its preview."""
    seen = plan_of(reading_from(upload.rows), upload.bureau).digest
    return apply_people_upload(upload=upload, seen=seen, by=world.qian, at=NOW)


def said(plan):
    """What is wrong, by sheet and cell."""
    return {f"{each.sheet}!{each.cell}": each.message for each in plan.mistakes}


# --- What a workbook says


def test_a_workbook_is_understood_wherever_its_head_stands_and_however_its_columns_do():
    rows = [
        [],
        ["", "姓 名", "角色", "单位编码", "用户名"],
        [],
        ["", " 王 芳 ", "填报人", " ２２４ 001 ", "wang fang"],
    ]
    reading = read_people([("人员 ", rows)])
    assert reading.people.letters == {"username": "E", "full_name": "B", "role": "C", "unit": "D"}
    assert [tuple(row) for row in reading.people.rows] == [
        (4, {"username": "wangfang", "full_name": "王 芳", "role": "填报人", "unit": "224001"})
    ]
    assert reading_from(reading.as_json()) == reading


@pytest.mark.parametrize(
    ("sheet", "rows", "mistake"),
    [
        ("人员", [["用户名", "姓名"], ["x", "y"]], Mistake("人员", "A1", "表头缺少“角色”“单位编码”，请补上这一列，或用下载的模板填写。")),
        ("单位", [["x"]], Mistake("单位", "A1", "表头缺少“单位编码”“单位名称”“类别”“上级编码”，请补上这一列，或用下载的模板填写。")),
        ("人员", [list(PEOPLE_HEAD)], Mistake("人员", "A1", "没有找到要导入的行：请在模板的“单位”或“人员”工作表里填写，工作表名不要改。")),
        ("Sheet1", [["x"]], Mistake("Sheet1", "A1", "没有找到要导入的行：请在模板的“单位”或“人员”工作表里填写，工作表名不要改。")),
    ],
)  # fmt: skip
def test_a_workbook_without_its_tables_is_sent_back(sheet, rows, mistake):
    assert read_people([(sheet, rows)]).mistakes == [mistake]


# --- What it would do


def test_the_plan_tells_what_is_new_from_what_is_there(world):
    found = plan(world, [*SCHOOL, ("224001", "零陵区应急管理局", "部门", "100")], STAFF)
    assert not found.mistakes
    assert [(unit.code, unit.path) for unit in found.new_units] == [
        ("301001", "/431102/100/301001/"),
        ("301002", "/431102/100/301001/301002/"),
    ]
    assert [unit.code for unit in found.known_units] == ["224001"]
    assert [(each.username, each.full_name) for each in found.new_people] == [
        ("wangfang", "王芳"),
        ("liuyang", "刘洋"),
    ]
    assert found.known_people == [world.sun, world.lin]
    assert [(each.person.username, each.label, each.unit.code) for each in found.new_roles] == [
        ("wangfang", "填报人", "301001"),
        ("wangfang", "填报人", "301002"),
        ("liuyang", "单位负责人", "301002"),
        ("sun", "单位负责人", "224002"),
    ]
    assert [each.person for each in found.known_roles] == [world.lin]


def test_every_mistake_is_said_at_its_cell(world):
    units = [
        ("22-4", "", "处", ""),
        ("224001", "应急局", "单位", "225001"),
        ("301001", "零陵区教育局", "部门", "999"),
        ("301001", "零陵区教育局", "部门", "100"),
        ("301003", "零陵区教师进修学校", "部门", "224001"),
        ("", "没有编码", "部门", "100"),
    ]
    people = [
        ("a b!", "", "局长", "777"),
        ("lin", "林小", "填报人", "224002"),
        ("LIN", "林晓", "填报人", "224001"),
        ("feng", "冯远", "填报人", "224001"),
        ("he", "何军", "填报人", "100"),
        ("sun", "孙立", "填报人", "301001"),
        ("sun", "孙立", "填报人", "301001"),
        ("", "没有名", "填报人", ""),
        ("new", "甲", "填报人", "224001"),
        ("new", "乙", "填报人", "224002"),
    ]
    assert said(plan(world, units, people)) == {
        "单位!A2": "单位编码只能用数字和字母，请核对。",
        "单位!B2": "请填写单位名称。",
        "单位!C2": "没有“处”这个类别，可以是：部门、单位。",
        "单位!D2": "请填写上级单位的编码。",
        "单位!B3": "编码 224001 的单位现在叫“零陵区应急管理局”。要改名请在“单位”页改；不是同一个单位请换编码。",
        "单位!C3": "零陵区应急管理局是部门，类别不能改。",
        "单位!D3": "零陵区应急管理局的上级是 100，上级不能改。",
        "单位!D4": "没有编码为 999 的单位：本地区没有，“单位”工作表里也没有。请核对编码，或先加上这个单位。",
        "单位!A5": "单位编码 301001与第 4 行重复，请只留一行。",
        "单位!D6": "部门直接归财政局管，上级不能是零陵区应急管理局；如果它是下级单位，类别请选“单位”。",
        "单位!A7": "请填写单位编码。",
        "人员!A2": "用户名只能用文字、数字和 @ . + - _，请核对。",
        "人员!B2": "请填写姓名。",
        "人员!C2": "没有“局长”这个角色，可以是：填报人、单位负责人、主管部门审核人、财政业务股室、财政绩效股、管理员、审计。",
        "人员!D2": "没有编码为 777 的单位：本地区没有，“单位”工作表里也没有。请核对编码，或先加上这个单位。",
        "人员!B3": "用户名 lin 是林晓的，不是林小的。同一个人请改姓名，否则请换用户名。",
        "人员!A4": "已经有用户名 lin，只差大小写，请写成一样的。",
        "人员!A5": "用户名 feng 已经有人使用，请换一个。",
        "人员!C6": "零陵区财政局是财政局，没有“填报人”这个角色；可以是财政业务股室、财政绩效股、管理员、审计。",
        "人员!A8": "这个人的这个角色与第 7 行重复，请只留一行。",
        "人员!A9": "请填写用户名。",
        "人员!D9": "请填写单位编码。",
        "人员!B11": "用户名 new 是甲的，不是乙的。同一个人请改姓名，否则请换用户名。",
    }  # fmt: skip


def test_an_address_is_taken_checked_and_compared_with_the_one_she_has(world):
    User.objects.filter(username="lin").update(email="lin@example.com")
    User.objects.filter(username="sun").update(email="sun@example.com")
    Membership.objects.create(user=world.he, unit=world.next_county, role=Role.DIVISION, started_at=NOW)
    staff = [
        ("wangfang", "王芳", "填报人", "301001", ""),
        ("wangfang", "王芳", "填报人", "301002", "ｗang@example.com "),
        ("lin", "林晓", "填报人", "224001", "lin@example.com"),
        ("sun", "孙立", "单位负责人", "224001", "sun@example.org"),
        ("chen", "陈敏", "主管部门审核人", "224001", ""),
    ]
    found = plan(world, SCHOOL, staff)
    assert not found.mistakes
    assert [(each.person.username, each.before, each.email) for each in found.new_emails] == [
        ("sun", "sun@example.com", "sun@example.org")
    ]
    assert found.changes()["emails"] == [
        ["wangfang", "王芳", "", "wang@example.com"],
        ["sun", "孙立", "sun@example.com", "sun@example.org"],
    ]
    wrong = [
        ("lin", "林晓", "填报人", "224001", "lin@"),
        ("sun", "孙立", "单位负责人", "224001", "sun@example.org"),
        ("sun", "孙立", "单位负责人", "224002", "sun@example.net"),
        ("chen", "陈敏", "主管部门审核人", "224001", f"{'x' * 250}@example.com"),
        ("he", "何军", "财政业务股室", "100", "he@example.com"),
        ("feng", "冯远", "填报人", "224001", "feng@example.com"),
    ]
    assert said(plan(world, people=wrong)) == {
        "人员!E2": "邮箱地址写得不对，请核对，如 name@example.com。",
        "人员!E4": "与第 3 行这个人的邮箱不同，请写成一样的。",
        "人员!E5": "电子邮箱有 262 字，最多 254 字，请核对。",
        "人员!E6": "何军在本地区以外也有任职，邮箱不能在这里改，请本人登录后修改。",
        "人员!A7": "用户名 feng 已经有人使用，请换一个。",
    }


def test_addresses_are_applied_and_recorded_and_nothing_else_of_who_is_there(world):
    User.objects.filter(username="sun").update(email="sun@example.com")
    staff = [
        ("wangfang", "王芳", "填报人", "224001", "wang@example.com"),
        ("sun", "孙立", "单位负责人", "224001", "sun@example.org"),
        ("lin", "林晓", "填报人", "224001", ""),
    ]
    apply(world, kept(world, people=staff))
    addresses = User.objects.filter(username__in=["wangfang", "sun", "lin"]).order_by("username")
    assert list(addresses.values_list("email", flat=True)) == ["", "sun@example.org", "wang@example.com"]
    [event] = Event.objects.filter(action=Event.Action.EMAIL_CHANGED)
    assert (event.what, event.actor) == ("导入 孙立（sun）：sun@example.com → sun@example.org", world.qian)
    assert plan(world, people=staff).does_nothing


def test_an_account_that_is_opened_is_recorded_with_its_address_in_one_statement_with_the_roles(world):
    staff = [
        ("wangfang", "王芳", "填报人", "224001", "wang@example.com"),
        ("wangfang", "王芳", "填报人", "225001", ""),
        ("liuyang", "刘洋", "单位负责人", "224002", ""),
    ]
    with statements() as texts:
        apply(world, kept(world, people=staff))
    assert len([each for each in texts if 'INSERT INTO "orgs_event"' in each]) == 1
    opened = Event.objects.filter(action=Event.Action.ACCOUNT_CREATED).order_by("pk")
    assert [(each.what, each.unit, each.actor) for each in opened] == [
        ("导入 王芳（wangfang），邮箱 wang@example.com", world.finance, world.qian),
        ("导入 刘洋（liuyang）", world.finance, world.qian),
    ]
    assert Event.objects.filter(action=Event.Action.ROLE_GRANTED).count() == 3


def test_an_address_alone_is_a_change_to_be_confirmed_and_is_on_the_preview(world):
    upload = kept(world, people=[("lin", "林晓", "填报人", "224001", "lin@example.com")])
    browser = signed_in(world.qian)
    page = browser.get(reverse("preview_people", args=[upload.pk])).content.decode()
    assert "确认导入" in page and '<td class="wraps">lin@example.com</td>' in page
    apply(world, upload)
    assert "lin@example.com" in browser.get(reverse("preview_people", args=[upload.pk])).content.decode()


def test_a_workbook_that_was_kept_before_there_were_addresses_is_applied(world):
    upload = kept(world, people=STAFF)
    rows = upload.rows
    del rows["人员"]["letters"]["email"]
    for _, texts in rows["人员"]["rows"]:
        del texts["email"]
    assert plan_of(reading_from(rows), world.finance).new_emails == []


def test_parents_that_go_round_in_a_circle_are_named(world):
    units = [("301", "甲", "单位", "302"), ("302", "乙", "单位", "301")]
    assert said(plan(world, units)) == dict.fromkeys(
        ("单位!D2", "单位!D3"), "上级绕成了圈：这一行往上找不到财政局。请核对上级编码。"
    )


def test_the_bureau_itself_may_stand_in_the_sheet(world):
    found = plan(world, [("100", "零陵区财政局", "财政局", "")])
    assert (found.mistakes, found.does_nothing) == ([], True)


def test_units_come_in_the_order_of_the_tree_whatever_theirs_in_the_sheet(world):
    chain = [(f"60{at}", f"第{at}层", "单位", f"60{at - 1}" if at else "225001") for at in range(6)]
    found = plan(world, [*reversed(chain), ("5", "先", "单位", "100")])
    assert [unit.code for unit in found.new_units] == ["600", "601", "602", "603", "604", "605", "5"]


@pytest.mark.parametrize(
    ("people", "place"),
    [
        ([("sun", "孙立", "管理员", "100")], "人员!C2"),
        ([("qian", "钱宁", "填报人", "224001")], "人员!C2"),
        ([("new", "新", "管理员", "100"), ("new", "新", "审计", "100")], "人员!C3"),
    ],
)
def test_an_administrator_has_no_other_role_by_a_workbook_either(world, people, place):
    found = said(plan(world, [], people))
    assert list(found) == [place] and "管理员不填报、不审核" in found[place]


def test_a_code_of_another_tree_in_the_region_is_taken(world):
    Unit.objects.create(region=world.finance.region, code="200", name="第二财政局", kind=Unit.Kind.BUREAU)
    found = said(plan(world, [("200", "第二财政局", "部门", "100")], [("x", "某", "填报人", "200")]))
    assert "已经有别的单位使用" in found["单位!A2"]


def test_there_is_a_most_of_new_accounts(world, monkeypatch):
    monkeypatch.setattr(people_plans, "MOST_NEW_PEOPLE", 1)
    assert "一次最多 1 个" in said(plan(world, SCHOOL, STAFF))["人员!A1"]


def test_a_plan_takes_the_same_queries_for_few_rows_and_for_many(world):
    counts = []
    for number in (1, 60):
        units = [(f"5{each:03}", f"单位{each}", "单位", "100") for each in range(number)]
        people = [(f"p{each}", "张三", "填报人", f"5{each:03}") for each in range(number)]
        with statements() as texts:
            assert not plan(world, units, people).mistakes
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]) <= 5, numbered(counts[1])


# --- What it does


def test_a_confirmed_workbook_is_applied_as_a_whole(world):
    opened = apply(world, kept(world, SCHOOL, STAFF))
    assert [(each.person.username, each.person.full_name) for each in opened] == [
        ("wangfang", "王芳"),
        ("liuyang", "刘洋"),
    ]
    wang = User.objects.get(username="wangfang")
    assert wang.check_password(opened[0].password) and wang.must_change_password
    assert (wang.name_pinyin, wang.name_initials) == ("wang fang", "wf")
    assert sorted(wang.memberships.values_list("unit__code", "role", "started_at")) == [
        ("301001", "preparer", NOW),
        ("301002", "preparer", NOW),
    ]
    school = Unit.objects.get(code="301002")
    assert (school.parent.code, school.path) == ("301001", "/431102/100/301001/301002/")
    assert world.sun.memberships.count() == 2 and world.lin.memberships.count() == 2


def test_no_password_is_kept_but_as_its_hash(world):
    upload = kept(world, SCHOOL, STAFF)
    opened = apply(world, upload)
    upload.refresh_from_db()
    assert upload.applied_by == world.qian
    assert upload.changes["units"] == [
        ["301001", "零陵区教育局", "部门", "零陵区财政局"],
        ["301002", "零陵区第一中学", "单位", "零陵区教育局"],
    ]
    assert not [each for each in opened if each.password in str(upload.changes) + str(upload.rows)]
    assert upload.changes["people"] == [["wangfang", "王芳"], ["liuyang", "刘洋"]]


def test_it_is_applied_once(world):
    upload = kept(world, SCHOOL, STAFF)
    apply(world, upload)
    with pytest.raises(PeopleRefused, match="已经导入过"):
        apply(world, upload)
    assert User.objects.filter(username="wangfang").count() == 1


def test_what_was_seen_is_what_is_applied(world):
    upload = kept(world, SCHOOL, STAFF)
    seen = plan_of(reading_from(upload.rows), upload.bureau).digest
    make_person("wangfang", "王芳", (Role.PREPARER, world.culture))
    with pytest.raises(PeopleRefused, match="有变化"):
        apply_people_upload(upload=upload, seen=seen, by=world.qian, at=NOW)
    assert not Unit.objects.filter(code="301001").exists()


def test_one_with_a_mistake_is_not_applied_though_it_was_kept(world):
    upload = kept(world, SCHOOL, [("x", "某", "填报人", "777")])
    with pytest.raises(PeopleRefused):
        apply(world, upload)
    assert not Unit.objects.filter(code="301001").exists()


def test_what_fails_half_way_leaves_nothing(world, monkeypatch):
    def fail(*_):
        raise RuntimeError("half way")

    upload = kept(world, SCHOOL, STAFF)
    monkeypatch.setattr(people_import_actions, "_memberships", fail)
    with pytest.raises(RuntimeError):
        apply(world, upload)
    upload.refresh_from_db()
    assert upload.applied_at is None
    assert not Unit.objects.filter(code="301001").exists()
    assert not User.objects.filter(username="wangfang").exists()


def test_applying_takes_a_statement_for_each_level_and_kind_whatever_the_rows(world):
    counts = []
    for number in (1, 40):
        units = [(f"{number}5{each:03}", f"单位{each}", "单位", "100") for each in range(number)]
        people = [(f"p{number}x{each}", "张三", "填报人", f"{number}5{each:03}") for each in range(number)]
        upload = kept(world, units, people)
        with statements() as texts:
            apply(world, upload)
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


@pytest.mark.parametrize("by", ["he", "wu", "tang", "lin", "other"])
def test_the_deeds_refuse_whoever_does_not_administer_the_bureau(world, by):
    upload = kept(world, SCHOOL, STAFF)
    other = make_person("other", "外人", (Role.ADMINISTRATOR, world.next_county))
    person = other if by == "other" else getattr(world, by)
    file = {"file_name": "a.xlsx", "sha256": "0" * 64}
    with pytest.raises(NotAdministrator):
        keep_people_upload(bureau=world.finance, rows={}, **file, by=person, at=NOW)
    seen = plan_of(reading_from(upload.rows), upload.bureau).digest
    with pytest.raises(NotAdministrator):
        apply_people_upload(upload=upload, seen=seen, by=person, at=NOW)


# --- The pages


def send(world, content, name="人员.xlsx"):
    """Upload a file on the page."""
    file = SimpleUploadedFile(name, content)
    return signed_in(world.qian).post(reverse("upload_people"), {"file": file})


def file_of(units=(), people=()):
    """The bytes of a workbook with the two sheets."""
    return workbook(*[UNIT_HEAD, *units], name="单位", 人员=[PEOPLE_HEAD, *people])


def test_a_workbook_goes_by_its_preview_to_the_list_of_passwords(world):
    browser = signed_in(world.qian)
    answer = browser.post(
        reverse("upload_people"), {"file": SimpleUploadedFile("人员.xlsx", file_of(SCHOOL, STAFF))}
    )
    preview = browser.get(answer["Location"])
    assert not User.objects.filter(username="wangfang").exists()
    seen = preview.context["plan"].digest
    upload = PeopleUpload.objects.get()
    done = browser.post(reverse("apply_people", args=[upload.pk]), {"seen": seen})
    opened = done.context["opened"]
    page = done.content.decode()
    assert [page.count(each.password) for each in opened] == [1, 1]
    again = browser.get(answer["Location"]).content.decode()
    assert "已导入" in again and not [each for each in opened if each.password in again]


def test_the_list_of_passwords_comes_as_a_workbook_too(world):
    upload = kept(world, SCHOOL, STAFF)
    seen = plan_of(reading_from(upload.rows), upload.bureau).digest
    done = signed_in(world.qian).post(reverse("apply_people", args=[upload.pk]), {"seen": seen})
    book = load_workbook(BytesIO(base64.b64decode(done.context["file"])))
    rows = [tuple(row) for row in book.active.values]
    assert rows == [
        ("姓名", "用户名", "一次性密码"),
        *((each.person.full_name, each.person.username, each.password) for each in done.context["opened"]),
    ]


def test_a_workbook_with_mistakes_is_not_kept_and_every_one_is_on_the_page(world):
    answer = send(world, file_of([("301001", "", "处", "999")], [("x", "某", "填报人", "777")]))
    assert (answer.status_code, PeopleUpload.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert "文件里有 4 处要改" in page
    assert [cell in page for cell in (">B2<", ">C2<", ">D2<")] == [True] * 3


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"x", "a.xls", "不是 Excel 工作簿"),
        (b"", "a.xlsx", "文件是空的"),
        (b"PK\x03\x04x", "a.xlsx", "读不出来"),
    ],
)
def test_what_is_no_workbook_is_answered_in_words(world, content, name, words):
    answer = send(world, content, name)
    assert (answer.status_code, PeopleUpload.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_a_preview_is_of_her_who_uploaded_it(world):
    upload = kept(world, SCHOOL, STAFF)
    second = make_person("second", "第二人", (Role.ADMINISTRATOR, world.finance))
    assert signed_in(second).get(reverse("preview_people", args=[upload.pk])).status_code == 404
    assert signed_in(second).post(reverse("apply_people", args=[upload.pk])).status_code == 404


def test_a_preview_that_is_out_of_date_says_what_is_wrong_now_and_offers_no_button(world):
    upload = kept(world, SCHOOL, STAFF)
    make_person("wangfang", "王方", (Role.PREPARER, world.culture))
    page = signed_in(world.qian).get(reverse("preview_people", args=[upload.pk])).content.decode()
    assert "上传之后有变化" in page and "确认导入</button>" not in page


def test_without_new_accounts_she_comes_to_what_was_done(world):
    upload = kept(world, SCHOOL)
    seen = plan_of(reading_from(upload.rows), upload.bureau).digest
    done = signed_in(world.qian).post(reverse("apply_people", args=[upload.pk]), {"seen": seen})
    assert done["Location"] == reverse("preview_people", args=[upload.pk])


def test_who_administers_two_bureaux_says_which_is_meant(world):
    Membership.objects.create(
        user=world.qian, unit=world.next_county, role=Role.ADMINISTRATOR, started_at=NOW
    )
    file = SimpleUploadedFile("人员.xlsx", file_of([("301001", "教育局", "部门", "100")]))
    answer = signed_in(world.qian).post(
        reverse("upload_people"), {"file": file, "bureau": world.next_county.pk}
    )
    assert answer.status_code == 302
    assert PeopleUpload.objects.get().bureau == world.next_county


# --- The template


def test_the_template_filled_in_comes_back_as_it_was_written(world):
    User.objects.filter(username="lin").update(email="lin@example.com")
    answer = signed_in(world.qian).get(reverse("download_people_template"))
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["填表说明", "单位", "人员", "现有单位", "现有人员"]
    known = list(book["现有单位"].values)
    assert known[1:3] == [
        ("100", "零陵区财政局", "财政局", None),
        ("224001", "零陵区应急管理局", "部门", "100"),
    ]
    staff = list(book["现有人员"].values)
    assert staff[0] == PEOPLE_HEAD
    assert ("lin", "林晓", "填报人", "224001", "lin@example.com") in staff
    assert "feng" not in {username for username, *_ in staff}
    for column, text in enumerate(("001", "零陵区教育局", "部门", "100"), 1):
        book["单位"].cell(2, column).value = text
    for column, text in enumerate(("wangfang", "王芳", "填报人", "001"), 1):
        book["人员"].cell(2, column).value = text
    file = BytesIO()
    book.save(file)
    assert send(world, file.getvalue()).status_code == 302
    found = plan_of(reading_from(PeopleUpload.objects.get().rows), world.finance)
    assert ([unit.code for unit in found.new_units], len(found.new_roles)) == (["001"], 1)


def test_the_template_offers_the_roles_and_kinds_there_are(world):
    answer = signed_in(world.qian).get(reverse("download_people_template"))
    book = load_workbook(BytesIO(answer.content))
    offered = [
        rule.formula1 for name in ("单位", "人员") for rule in book[name].data_validations.dataValidation
    ]
    assert offered == ['"部门,单位"', f'"{",".join(Role.labels)}"']


def test_a_name_that_looks_like_a_formula_is_a_text_in_the_template(world):
    Unit.objects.filter(pk=world.culture.pk).update(name="=1+1")
    answer = signed_in(world.qian).get(reverse("download_people_template"))
    cell = load_workbook(BytesIO(answer.content))["现有单位"]["B5"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_door_is_shut_to_who_was_imported_until_she_changes_her_password(world, client):
    opened = apply(world, kept(world, SCHOOL, STAFF))
    fields = {"username": "liuyang", "password": opened[1].password}
    assert client.post(reverse("sign_in"), fields).status_code == 302
    assert client.get(reverse("my_work")).url.startswith(reverse("change_password"))
    assert opened[1].password != PASSWORD
