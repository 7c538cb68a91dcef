"""Codes our table lacks: added by an accountant, confirmed by the bureau, loaded from the official book.

Every table and figure here is written by hand; the workbooks are made by the tests.
"""

import hashlib
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from openpyxl import Workbook

from budgets import category_actions
from budgets.book_plans import plan_of
from budgets.books import DEPARTMENT, FUNCTIONAL, GOVERNMENT, NoTable, column_letters, read_book
from budgets.category_actions import (
    BookRefused,
    CategoryRefused,
    apply_book,
    confirm_category,
    keep_book,
    load_categories,
    propose_category,
)
from budgets.models import (
    BudgetLine,
    CategoryBook,
    CategoryConfirmation,
    EconomicCategory,
    FunctionalCategory,
    RevenueCategory,
)
from budgets.returns import BY_FUNCTION, Classification
from budgets.rows import return_rows
from orgs.models import Event
from submissions.actions import NotEditable, NotPermitted
from submissions.models import Edit
from tests.world import (
    NOW,
    Role,
    make_person,
    make_round,
    make_submission,
    put_in_status,
    signed_in,
    statements,
)

FUNCTION, ECONOMIC = Classification.FUNCTION, Classification.ECONOMIC
GENERAL = "general_public"


@pytest.fixture
def world(db):
    """Two counties, everybody, one round of 2023, and Lin's empty draft."""
    from tests.world import make_world

    return make_world()


def code(number, name, book=GENERAL, **more):
    """A confirmed functional code, saved."""
    level = {3: "class", 5: "subclass", 7: "item"}[len(number)]
    return FunctionalCategory.objects.create(
        budget_book=book, code=number, name=name, level=level, initials="x", **more
    )


@pytest.fixture
def emergency(world):
    """The codes above and of 应急管理 that our table knows."""
    return [
        code("224", "灾害防治及应急管理支出"),
        code("22401", "应急管理事务"),
        code("2240101", "行政运行"),
        code("2240106", "安全监管"),
    ]


def everything():
    """All that is stored about codes, and the trail."""
    models = (FunctionalCategory, EconomicCategory, RevenueCategory, CategoryConfirmation, Edit)
    return [list(model.objects.order_by("pk").values()) for model in models]


def propose(
    world, number="2240188", name="应急科技", by=None, classification=FUNCTION, submission=None, **more
):
    return propose_category(
        submission=submission or world.submission,
        classification=classification,
        code=number,
        name=name,
        by=by or world.lin,
        at=NOW,
        **more,
    )


def put_line(submission, category, outturn="1"):
    """A stored row on a functional code."""
    return BudgetLine.objects.create(
        submission=submission,
        schedule=BY_FUNCTION.name,
        category=category,
        outturn=outturn,
        entered_in="yuan",
    )


class TestProposing:
    """An accountant adds the code she really has."""

    @pytest.mark.parametrize(
        ("number", "level", "book"),
        [
            ("2240188", "item", GENERAL),
            ("22455", "subclass", GENERAL),
            ("2296088", "item", "government_fund"),
            ("2230188", "item", "state_capital"),
            ("20988", "subclass", "social_insurance"),
        ],
    )
    def test_a_functional_code_is_added_for_her_unit_from_the_rounds_year(self, world, number, level, book):
        added = propose(world, number, "新科目", budget_book=book)
        found = FunctionalCategory.objects.get(code=number)
        assert found == added
        assert (found.name, found.level, found.budget_book) == ("新科目", level, book)
        assert (found.proposed_by, found.valid_from, found.valid_to) == (world.emergency, 2023, None)
        assert (found.initials, found.source_count, found.official_year) == ("xkm", 0, None)

    def test_an_economic_code_belongs_to_the_departments_chart(self, world):
        added = propose(world, "30288", "新办公费", classification=ECONOMIC)
        assert isinstance(added, EconomicCategory)
        assert (added.chart, added.level, added.proposed_by) == ("department", "subclass", world.emergency)

    def test_what_is_typed_is_tidied(self, world):
        added = propose(world, " ２２4 01 88 ", "\u3000应急\n科技\u200b ")
        assert (added.code, added.name) == ("2240188", "应急科技")

    def test_it_leaves_one_edit(self, world):
        added = propose(world)
        [edit] = Edit.objects.all()
        assert (edit.submission, edit.schedule, edit.actor, edit.actor_name, edit.at) == (
            world.submission,
            "expenditure_by_function",
            world.lin,
            "林晓",
            NOW,
        )
        assert edit.changes == [
            {
                "row": {"new_category": added.pk},
                "cells": {"code": ["", "2240188"], "name": ["", "应急科技"], "book": ["", GENERAL]},
            }
        ]
        world.submission.refresh_from_db()
        assert (world.submission.row_version, world.submission.saved_at) == (1, NOW)

    def test_an_economic_one_leaves_it_on_its_own_schedule(self, world):
        propose(world, "30288", "新办公费", classification=ECONOMIC)
        assert Edit.objects.get().schedule == "expenditure_by_economic"

    @pytest.mark.parametrize(
        ("number", "name", "classification", "column", "said"),
        [
            ("", "名", FUNCTION, "code", "请填写科目编码。"),
            ("22401８a", "名", FUNCTION, "code", "不全是数字"),
            ("2240188\x00", "名", FUNCTION, "code", "不全是数字"),
            ("٢٢٤٠١٨٨", "名", FUNCTION, "code", "不全是数字"),
            ("224018", "名", FUNCTION, "code", "有 6 位，支出功能分类应是类 3 位、款 5 位、项 7 位"),
            ("224", "名", FUNCTION, "code", "224 是类，不能直接记数，请填写款（5 位）或项（7 位）的编码。"),
            ("30201", "名", FUNCTION, "code", "应以 2 开头"),
            ("2240188", " \n", FUNCTION, "name", "请填写科目名称。"),
            ("2240188", "长" * 101, FUNCTION, "name", "有 101 字，最多 100 字"),
            ("3020188", "名", ECONOMIC, "code", "应是类 3 位、款 5 位"),
            ("302", "名", ECONOMIC, "code", "请填写款（5 位）的编码"),
            ("50201", "名", ECONOMIC, "code", "应以 3 开头"),
        ],
    )
    def test_a_wrong_form_is_refused_and_leaves_nothing(
        self, world, number, name, classification, column, said
    ):
        before = everything()
        with pytest.raises(CategoryRefused) as refused:
            propose(world, number, name, classification=classification)
        assert said in refused.value.mistakes[column]
        assert everything() == before

    def test_all_mistakes_are_said_at_once(self, world):
        with pytest.raises(CategoryRefused) as refused:
            propose(world, "22", "")
        assert set(refused.value.mistakes) == {"code", "name"}

    def test_a_code_that_is_there_is_named_and_not_added(self, world, emergency):
        before = everything()
        with pytest.raises(CategoryRefused, match=r"^科目 2240101 行政运行 已经在科目表里，请直接选用。$"):
            propose(world, "2240101", "行政运行")
        assert everything() == before

    def test_her_own_is_not_added_twice(self, world):
        propose(world)
        with pytest.raises(CategoryRefused, match="2240188 应急科技 已经在科目表里"):
            propose(world, name="别的名称")

    def test_the_same_code_of_another_budget_or_of_other_years_is_no_obstacle(self, world):
        code("2240188", "基金科目", "government_fund")
        code("2240188", "旧科目", valid_to=2022)
        code("2240188", "将来科目", valid_from=2025)
        added = propose(world)
        assert (added.valid_from, added.valid_to) == (2023, 2024)

    def test_two_units_may_add_the_same_code(self, world):
        propose(world)
        theirs = make_submission(world.round, world.culture, world.zhao)
        propose(world, by=world.zhao, submission=theirs)
        assert FunctionalCategory.objects.filter(code="2240188").count() == 2

    @pytest.mark.parametrize("person", ["sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng"])
    def test_others_are_refused_and_leave_nothing(self, world, person):
        before = everything()
        with pytest.raises(NotPermitted):
            propose(world, by=getattr(world, person))
        assert everything() == before

    @pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
    def test_a_return_that_is_not_editable_takes_no_code(self, world, status):
        put_in_status(world.submission, status)
        before = everything()
        with pytest.raises(NotEditable):
            propose(world)
        assert everything() == before


def add(browser, world, payload, classification="function"):
    """What the entry page sends to add a code."""
    path = reverse("add_category", args=[world.submission.pk, classification])
    body = payload if isinstance(payload, str | bytes) else json.dumps(payload)
    return browser.post(path, body, content_type="application/json")


NEW = {"code": "2240188", "name": "应急科技", "budget_book": GENERAL}


def find(browser, world, payload, classification="function"):
    """What the entry page sends to know the codes of a pasted block."""
    path = reverse("find_categories", args=[world.submission.pk, classification])
    body = payload if isinstance(payload, str | bytes) else json.dumps(payload)
    return browser.post(path, body, content_type="application/json")


class TestFindingWhatIsPasted:
    """Codes and names of a block, looked up at once."""

    def test_codes_and_names_are_found_with_what_is_above_and_whether_they_take_money(self, world, emergency):
        code("2080101", "行政运行")
        wanted = {"codes": ["224", "2240106", "2249999"], "names": ["行政运行", "没有的"]}
        results = find(signed_in(world.lin), world, wanted).json()["results"]
        assert [(each["code"], each["takes_money"]) for each in results] == [
            ("2080101", True),
            ("224", False),
            ("2240101", True),
            ("2240106", True),
        ]
        assert [each["code"] for each in results[3]["above"]] == ["224", "22401"]

    def test_a_subclass_takes_money_as_long_as_no_item_is_known_below_it(self, world, emergency):
        code("22402", "消防救援事务")
        results = find(signed_in(world.lin), world, {"codes": ["22401", "22402"], "names": []}).json()[
            "results"
        ]
        assert [each["takes_money"] for each in results] == [False, True]

    def test_codes_of_another_year_or_unit_are_not_there(self, world):
        code("2240107", "旧科目", valid_to=2022)
        propose(world, "2240188")
        wanted = {"codes": ["2240107", "2240188"], "names": []}
        assert [each["code"] for each in find(signed_in(world.lin), world, wanted).json()["results"]] == [
            "2240188"
        ]
        theirs = make_submission(world.round, world.culture, world.zhao)
        path = reverse("find_categories", args=[theirs.pk, "function"])
        response = signed_in(world.zhao).post(path, json.dumps(wanted), content_type="application/json")
        assert response.json()["results"] == []

    def test_an_economic_code_is_the_departments(self, world):
        for chart in ("department", "government"):
            EconomicCategory.objects.create(
                chart=chart, code="30201", name="办公费", level="subclass", initials="bgf"
            )
        found = find(signed_in(world.lin), world, {"codes": ["30201"], "names": []}, "economic").json()[
            "results"
        ]
        assert [each["id"] for each in found] == [EconomicCategory.objects.get(chart="department").pk]

    @pytest.mark.parametrize(
        "payload",
        [
            "", "{", "[]", "1", "null", '"x"', "[" * 100_000, b"\xff\xfe",
            {}, {"codes": []}, {"codes": "224", "names": []}, {"codes": [224], "names": []},
            {"codes": [], "names": [None]}, {"codes": {}, "names": {}},
            {"codes": ["1"] * 600, "names": ["x"] * 401},
        ],
    )  # fmt: skip
    def test_another_shape_is_answered_with_a_sentence(self, world, payload):
        response = find(signed_in(world.lin), world, payload)
        assert response.status_code == 400
        assert response.json()["message"].endswith("。")

    def test_texts_no_database_keeps_are_simply_not_found(self, world):
        response = find(signed_in(world.lin), world, {"codes": ["224\x00"], "names": ["\ud800"]})
        assert (response.status_code, response.json()) == (200, {"results": []})


class TestAddingFromThePage:
    """The address the entry page calls."""

    def test_the_category_comes_back_as_searching_gives_it(self, world, emergency):
        browser = signed_in(world.lin)
        response = add(browser, world, NEW)
        assert response.status_code == 201
        added = FunctionalCategory.objects.get(code="2240188")
        assert response.json() == {
            "id": added.pk,
            "code": "2240188",
            "name": "应急科技",
            "former_names": "",
            "budget_book": "一般公共预算",
            "is_unconfirmed": True,
            "above": [
                {"id": emergency[0].pk, "code": "224", "name": "灾害防治及应急管理支出"},
                {"id": emergency[1].pk, "code": "22401", "name": "应急管理事务"},
            ],
        }
        path = reverse("search_categories", args=[world.submission.pk, "function"])
        assert browser.get(path, {"q": "2240188"}).json()["results"] == [response.json()]
        assert browser.get(path, {"q": "yjkj"}).json()["results"] == [response.json()]

    def test_an_economic_code_needs_no_budget(self, world):
        response = add(signed_in(world.lin), world, {"code": "30288", "name": "新办公费"}, "economic")
        assert (response.status_code, response.json()["above"]) == (201, [])

    def test_mistakes_come_with_their_columns(self, world, emergency):
        browser = signed_in(world.lin)
        response = add(browser, world, {"code": "22", "name": ""})
        assert response.status_code == 422
        assert [(error["column"], error["row"]) for error in response.json()["errors"]] == [
            ("code", ""),
            ("name", ""),
        ]
        response = add(browser, world, NEW | {"code": "2240101"})
        assert response.status_code == 422
        assert response.json()["errors"] == [
            {"row": "", "column": "code", "message": "科目 2240101 行政运行 已经在科目表里，请直接选用。"}
        ]

    @pytest.mark.parametrize(
        "payload",
        [
            "", "{", "[]", "1", "null", '"x"', "[" * 100_000, b"\xff\xfe",
            {}, {"code": "2240188"}, {"code": 2240188, "name": "名"}, {"code": None, "name": "名"},
            {"code": "2240188", "name": ["名"]}, NEW | {"budget_book": "nothing"},
            NEW | {"budget_book": ["x"]}, NEW | {"name": "\ud800"}, NEW | {"budget_book": "department"},
        ],
    )  # fmt: skip
    def test_another_shape_is_answered_with_a_sentence(self, world, payload):
        before = everything()
        response = add(signed_in(world.lin), world, payload)
        assert response.status_code == 400
        assert response.json()["message"].endswith("。")
        assert everything() == before

    @pytest.mark.parametrize(
        ("person", "status"),
        [
            ("sun", 403),
            ("chen", 403),
            ("he", 403),
            ("qian", 403),
            ("tang", 403),
            ("zhao", 404),
            ("feng", 404),
        ],
    )
    def test_who_may_only_see_is_refused_and_for_others_it_is_not_there(self, world, person, status):
        before = everything()
        assert add(signed_in(getattr(world, person)), world, NEW).status_code == status
        assert everything() == before

    def test_a_return_in_review_is_refused(self, world):
        put_in_status(world.submission, "in_review")
        response = add(signed_in(world.lin), world, NEW)
        assert response.status_code == 403 and "审核中" in response.json()["message"]

    def test_it_is_hers_alone_until_it_is_confirmed(self, world):
        add(signed_in(world.lin), world, NEW)
        added = FunctionalCategory.objects.get()
        theirs = make_submission(world.round, world.culture, world.zhao)
        rescue = make_submission(world.round, world.rescue, world.lin)

        def sees(person, submission):
            path = reverse("search_categories", args=[submission.pk, "function"])
            results = signed_in(person).get(path, {"q": "2240188"}).json()["results"]
            return [each["is_unconfirmed"] for each in results]

        assert sees(world.lin, world.submission) == [True]
        assert sees(world.zhao, theirs) == sees(world.lin, rescue) == []
        confirm_category(category=added, by=world.qian, at=NOW)
        assert sees(world.lin, world.submission) == sees(world.zhao, theirs) == [False]

    def test_it_is_saved_and_shown_below_its_code_when_what_is_above_is_unknown(self, world):
        browser = signed_in(world.lin)
        added = add(browser, world, NEW | {"code": "2248801", "name": "全新的项"}).json()
        blank = dict.fromkeys((column.name for column in BY_FUNCTION.columns), "")
        row = {
            "row": "r1",
            "category": added["id"],
            "row_version": 0,
            "values": blank | {"outturn": "12.34"},
        }
        saved = browser.post(
            reverse("save_lines", args=[world.submission.pk, "function"]),
            json.dumps({"unit": "yuan", "rows": [row]}),
            content_type="application/json",
        )
        assert saved.status_code == 200
        shown = [(each["code"], each["name"], each["is_unconfirmed"]) for each in saved.json()["rows"]]
        assert shown[1:] == [
            ("224", "224", False),
            ("22488", "22488", False),
            ("2248801", "全新的项", True),
        ]
        rows = return_rows(world.submission)[BY_FUNCTION.name]
        assert [str(each.values["outturn"]) for each in rows] == ["12.34"] * 4
        assert browser.get(reverse("variances", args=[world.submission.pk])).status_code == 200
        assert browser.get(reverse("edit_lines", args=[world.submission.pk, "function"])).status_code == 200

    def test_showing_unconfirmed_rows_costs_no_query_each(self, world):
        browser = signed_in(world.lin)
        path = reverse("edit_lines", args=[world.submission.pk, "function"])

        def count():
            with statements() as texts:
                assert browser.get(path).status_code == 200
            return len(texts)

        put_line(world.submission, propose(world, "2248801"))
        few = count()
        for number in range(2248802, 2248830):
            put_line(world.submission, propose(world, str(number)))
        assert count() == few


class TestConfirming:
    """The bureau lets everybody use a code."""

    @pytest.mark.parametrize("classification", [FUNCTION, ECONOMIC])
    def test_an_administrator_of_the_bureau_confirms_and_it_is_recorded(self, world, classification):
        number = "2240188" if classification is FUNCTION else "30288"
        added = propose(world, number, "新科目", classification=classification)
        confirm_category(category=added, by=world.qian, at=NOW)
        added.refresh_from_db()
        assert (added.proposed_by, added.valid_from) == (None, 2023)
        [record] = CategoryConfirmation.objects.all()
        assert (record.book, record.code, record.name) == (added.book, number, "新科目")
        assert (record.unit, record.actor, record.actor_name, record.at) == (
            world.emergency,
            world.qian,
            "钱宁",
            NOW,
        )
        [event] = Event.objects.filter(action=Event.Action.CODES_CHANGED)
        assert (event.what, event.unit, event.actor) == (f"确认 {number} 新科目", world.emergency, world.qian)

    def test_confirming_again_does_nothing(self, world):
        added = propose(world)
        confirm_category(category=added, by=world.qian, at=NOW)
        before = everything()
        confirm_category(category=added, by=world.qian, at=NOW)
        assert everything() == before

    def test_the_record_only_grows(self, world):
        confirm_category(category=propose(world), by=world.qian, at=NOW)
        for deed in (lambda rows: rows.update(name="x"), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                deed(CategoryConfirmation.objects.all())

    @pytest.mark.parametrize("person", ["lin", "sun", "chen", "he", "wu", "tang", "zhao", "feng"])
    def test_others_are_refused_and_leave_nothing(self, world, person):
        added = propose(world)
        before = everything()
        with pytest.raises(NotPermitted):
            confirm_category(category=added, by=getattr(world, person), at=NOW)
        assert everything() == before

    def test_the_administrator_of_another_county_is_refused(self, world):
        added = propose(world)
        stranger = make_person("li", "李四", (Role.ADMINISTRATOR, world.next_county))
        with pytest.raises(NotPermitted):
            confirm_category(category=added, by=stranger, at=NOW)
        response = signed_in(stranger).post(reverse("confirm_category", args=["function", added.pk]))
        assert response.status_code == 404

    def test_an_administrator_of_a_department_is_none_of_the_bureau(self, world):
        local = make_person("li", "李四", (Role.ADMINISTRATOR, world.emergency))
        with pytest.raises(NotPermitted):
            confirm_category(category=propose(world), by=local, at=NOW)
        assert signed_in(local).get(reverse("categories")).status_code == 404

    @pytest.mark.parametrize(
        "years", [{}, {"valid_from": 2023}, {"valid_from": 2025}, {"valid_to": 2023}], ids=str
    )
    def test_a_confirmed_one_of_the_same_code_in_the_same_years_is_named(self, world, years):
        added = propose(world)
        code("2240188", "正式科目", **years)
        before = everything()
        with pytest.raises(CategoryRefused, match=r"^科目 2240188 正式科目 已经在科目表里"):
            confirm_category(category=added, by=world.qian, at=NOW)
        assert everything() == before

    def test_of_other_years_or_another_budget_it_is_no_obstacle(self, world):
        added = propose(world)
        code("2240188", "旧科目", valid_to=2022)
        code("2240188", "基金科目", "government_fund")
        confirm_category(category=added, by=world.qian, at=NOW)
        added.refresh_from_db()
        assert added.proposed_by is None

    def test_of_two_units_codes_only_one_is_confirmed(self, world):
        first = propose(world)
        theirs = make_submission(world.round, world.culture, world.zhao)
        second = propose(world, by=world.zhao, submission=theirs)
        confirm_category(category=first, by=world.qian, at=NOW)
        with pytest.raises(CategoryRefused):
            confirm_category(category=second, by=world.qian, at=NOW)


class TestTheBureausPage:
    """The page of the codes."""

    def page(self, person, **query):
        return signed_in(person).get(reverse("categories"), query)

    def test_proposals_show_unit_name_year_and_use(self, world):
        added = propose(world)
        put_line(world.submission, added)
        rescue = make_submission(world.round, world.rescue, world.lin)
        propose(world, "30288", "新办公费", classification=ECONOMIC, submission=rescue)
        proposals = self.page(world.qian).context["proposals"]
        assert [
            (str(each.category), each.category.proposed_by.name, each.category.valid_from, each.lines)
            for each in proposals
        ] == [
            ("2240188 应急科技", "零陵区应急管理局", 2023, 1),
            ("30288 新办公费", "应急救援中心", 2023, 0),
        ]
        text = self.page(world.qian).content.decode()
        assert "应急科技" in text and "零陵区应急管理局" in text and "一般公共预算" in text
        assert text.count(">确认</button>") == 2

    @pytest.mark.parametrize("person", ["he", "wu", "tang"])
    def test_other_roles_of_the_bureau_read_only(self, world, person):
        added = propose(world)
        response = self.page(getattr(world, person))
        assert response.status_code == 200
        text = response.content.decode()
        assert "应急科技" in text and ">确认</button>" not in text and "装入年度科目书" not in text
        browser = signed_in(getattr(world, person))
        assert browser.post(reverse("confirm_category", args=["function", added.pk])).status_code == 403
        assert browser.get(reverse("load_book")).status_code == 403
        added.refresh_from_db()
        assert added.proposed_by == world.emergency

    @pytest.mark.parametrize("person", ["lin", "sun", "chen", "zhao"])
    def test_outside_the_bureau_it_is_not_there(self, world, person):
        added = propose(world)
        browser = signed_in(getattr(world, person))
        assert browser.get(reverse("categories")).status_code == 404
        assert browser.get(reverse("load_book")).status_code == 404
        assert browser.post(reverse("confirm_category", args=["function", added.pk])).status_code == 404
        assert "科目表" not in browser.get("/").content.decode()

    def test_who_prepares_the_bureaus_own_return_is_outside_of_this(self, world):
        preparer = make_person("li", "李四", (Role.PREPARER, world.finance))
        assert self.page(preparer).status_code == 404

    def test_the_menu_leads_there_for_the_bureau(self, world):
        assert reverse("categories") in signed_in(world.qian).get("/").content.decode()

    def test_another_county_does_not_see_the_proposals(self, world):
        propose(world)
        assert self.page(world.feng).context["proposals"] == []

    def test_her_work_says_how_many_wait_for_an_administrator_and_nobody_else(self, world):
        added = propose(world)
        rescue = make_submission(world.round, world.rescue, world.lin)
        propose(world, "30288", "新办公费", classification=ECONOMIC, submission=rescue)
        far = make_person("ruan", "阮", (Role.ADMINISTRATOR, world.next_county))
        for person, said in ((world.qian, True), (world.wu, False), (world.lin, False), (far, False)):
            assert (">2 个科目待确认</a>" in signed_in(person).get("/").content.decode()) is said
        confirm_category(category=added, by=world.qian, at=NOW)
        assert ">1 个科目待确认</a>" in signed_in(world.qian).get("/").content.decode()

    def test_the_button_confirms_and_says_so(self, world):
        added = propose(world)
        path = reverse("confirm_category", args=["function", added.pk])
        response = signed_in(world.qian).post(path, follow=True)
        assert "已确认科目 2240188 应急科技" in response.content.decode()
        added.refresh_from_db()
        assert added.proposed_by is None
        assert signed_in(world.qian).post(path).status_code == 404
        assert signed_in(world.qian).get(path).status_code == 405

    def test_a_refusal_is_said_on_the_page(self, world):
        added = propose(world)
        code("2240188", "正式科目")
        path = reverse("confirm_category", args=["function", added.pk])
        assert "正式科目 已经在科目表里" in signed_in(world.qian).post(path, follow=True).content.decode()

    def found(self, person, **query):
        return [category.code for category in self.page(person, **query).context["page"]]

    def test_the_table_is_searched_by_code_name_initials_year_and_validity(self, world, emergency):
        code("2240199", "旧科目", valid_to=2022)
        code("2240198", "新科目", valid_from=2024)
        FunctionalCategory.objects.filter(code="2240106").update(initials="aqjg")
        propose(world)
        qian = world.qian
        valid = ["224", "22401", "2240101", "2240106"]
        assert self.found(qian) == self.found(qian, year="2023", validity="valid") == valid
        assert self.found(qian, validity="other") == ["2240198", "2240199"]
        assert self.found(qian, year="", validity="valid") == [*valid, "2240198", "2240199"]
        assert self.found(qian, year="2024") == [*valid, "2240198"]
        assert self.found(qian, q="22401") == valid[1:]
        assert self.found(qian, q="AQJG") == self.found(qian, q="安全") == ["2240106"]
        assert self.found(qian, book="government_fund") == []
        assert self.found(qian, q="没有这个") == []

    @pytest.mark.parametrize(
        "query",
        [{"year": "x"}, {"year": "99999999999"}, {"book": "x"}, {"validity": "x"}, {"page": "x"},
         {"page": "99"}, {"q": "\x00"}, {"q": "x" * 999}, {"year": "２０２３"}],
    )  # fmt: skip
    def test_nonsense_falls_back_to_what_is_usual(self, world, emergency, query):
        response = self.page(world.qian, **query)
        assert response.status_code == 200
        assert len(response.context["page"]) == 4

    def test_fifty_rows_stand_on_a_page(self, world):
        for number in range(2010101, 2010221):
            code(str(number), f"科目{number}")
        sizes = [len(self.found(world.qian, page=page)) for page in (1, 2, 3)]
        assert sizes == [50, 50, 20]
        text = self.page(world.qian, page=2, q="201").content.decode()
        assert "第 2 页，共 3 页" in text and "page=3" in text and "q=201" in text

    def test_the_number_of_queries_does_not_grow(self, world):
        browser = signed_in(world.qian)

        def count():
            with statements() as texts:
                browser.get(reverse("categories"))
            return len(texts)

        code("2010101", "甲")
        put_line(world.submission, propose(world, "2248801"))
        few = count()
        for number in range(2248802, 2248840):
            put_line(world.submission, propose(world, str(number)))
            code(str(number - 200_000), "乙")
        assert count() == few <= 14


# --- Reading a sheet


def read(*rows, rules=FUNCTIONAL, sheet="科目", wanted=""):
    return read_book([(sheet, [list(row) for row in rows])], rules, wanted)


HEAD = ("科目编码", "科目名称")


class TestReadingABook:
    """A sheet as it is printed becomes codes and names; every mistake has its cell."""

    def test_two_columns(self):
        reading = read(HEAD, ("201", "一般公共服务支出"), ("20101", "　人大事务"), ("2010101", "行政\n运行"))
        assert reading.rows == [("201", "一般公共服务支出"), ("20101", "人大事务"), ("2010101", "行政运行")]
        assert reading.mistakes == []

    @pytest.mark.parametrize(
        "head", [HEAD, ("科 目 编 码", "科目\n名称"), ("科目代码", "名称"), ("功能科目编码", "功能科目名称")]
    )
    def test_the_head_is_found_by_its_words_wherever_it_stands(self, head):
        title = ("2024年政府收支分类科目编码和名称",)
        reading = read(title, (), ("", "", *head), ("", "", "201", "一般公共服务支出"))
        assert (reading.rows, reading.mistakes) == ([("201", "一般公共服务支出")], [])

    def test_the_columns_that_speak_of_codes_are_taken(self):
        reading = read(
            ("单位编码", "单位名称", "科目名称", "科目编码", "说明"),
            ("224001", "应急局", "行政运行", "2240101", "反映…"),
        )
        assert reading.rows == [("2240101", "行政运行")]

    def test_the_head_is_looked_for_in_the_first_twenty_rows(self):
        assert read(*[("x",)] * 19, HEAD, ("201", "名")).rows == [("201", "名")]
        with pytest.raises(NoTable, match="前 20 行里没有找到"):
            read(*[("x",)] * 20, HEAD, ("201", "名"))

    def test_levels_in_columns_as_the_printed_book_has_them(self):
        """Each row prints its own level only; the head is two rows; numbers have lost their zeros."""
        reading = read(
            ("2024年政府收支分类科目",),
            ("科目编码", "", "", "科目名称", "说明"),
            ("类", "款", "项", "", ""),
            ("201", "", "", "一般公共服务支出"),
            ("", "1", "", "人大事务"),
            ("", "", "1", "行政运行"),
            ("", "", "99", "其他人大事务支出"),
            ("", "02", "", "政协事务"),
            ("", "", "01", "行政运行"),
            ("202", "", "", "外交支出"),
            ("", "01", "", "外交管理事务"),
        )
        assert reading.mistakes == []
        assert reading.rows == [
            ("201", "一般公共服务支出"),
            ("20101", "人大事务"),
            ("2010101", "行政运行"),
            ("2010199", "其他人大事务支出"),
            ("20102", "政协事务"),
            ("2010201", "行政运行"),
            ("202", "外交支出"),
            ("20201", "外交管理事务"),
        ]

    def test_levels_in_columns_that_repeat_what_is_above(self):
        head = ("类", "款", "项", "科目名称")
        expected = [("201", "甲"), ("20101", "乙"), ("2010101", "丙")]
        assert (
            read(head, ("201", "", "", "甲"), ("201", "01", "", "乙"), ("201", "01", "01", "丙")).rows
            == expected
        )
        whole = (("201", "", "", "甲"), ("", "20101", "", "乙"), ("", "", "2010101", "丙"))
        assert read(head, *whole).rows == expected

    def test_economic_levels_are_two(self):
        reading = read(
            ("类", "款", "科目名称"), ("301", "", "工资福利支出"), ("", "1", "基本工资"), rules=DEPARTMENT
        )
        assert reading.rows == [("301", "工资福利支出"), ("30101", "基本工资")]

    def test_blank_rows_and_a_head_repeated_on_the_next_page_are_passed_over(self):
        reading = read(HEAD, ("201", "甲"), (), ("", ""), HEAD, ("202", "乙"))
        assert (reading.rows, reading.mistakes) == ([("201", "甲"), ("202", "乙")], [])

    def test_every_mistake_is_listed_with_sheet_and_cell(self):
        reading = read(
            ("一般公共预算科目",),
            ("序号", *HEAD),
            ("1", "201", "一般公共服务支出"),
            ("2", "2010", "位数不对"),
            ("3", "20101", ""),
            ("4", "201", "又一个"),
            ("5", "20101.5", "小数"),
            ("6", "2O102", "字母"),
            ("7", "", "没有编码"),
            ("8", "30101", "别的表"),
            ("9", "20103", "长" * 101),
            ("10", "20104 ", "政协"),
            sheet="科目表",
        )
        assert [(each.sheet, each.cell, each.message) for each in reading.mistakes] == [
            ("科目表", "B4", "科目编码 2010 有 4 位，支出功能分类应是类 3 位、款 5 位、项 7 位，请核对。"),
            ("科目表", "C5", "请填写科目名称。"),
            ("科目表", "B6", "科目编码 201 与第 3 行重复，请只留一行。"),
            ("科目表", "B7", "科目编码是带小数的数 20101.5，请改成整数或文字。"),
            ("科目表", "B8", "科目编码“2O102”不全是数字，请核对。"),
            ("科目表", "B9", "请填写科目编码。"),
            ("科目表", "B10", "科目编码 30101 不是支出功能分类的编码（应以 2 开头），请核对。"),
            ("科目表", "C11", "科目名称有 101 字，最多 100 字，请核对。"),
        ]

    def test_a_mistake_in_split_columns_is_at_the_deepest_level(self):
        reading = read(("类", "款", "项", "科目名称"), ("201", "", "", "甲"), ("", "", "01", "没有款"))
        assert [(each.cell, each.message) for each in reading.mistakes] == [
            ("C3", "这一行和上面各行都没有填款的编码，请补上。")
        ]

    def test_a_row_without_a_code_does_not_spoil_the_rows_below(self):
        reading = read(
            ("类", "款", "项", "科目名称"),
            ("201", "1", "", "甲"),
            ("", "", "", "没有编码"),
            ("", "", "1", "乙"),
        )
        assert [(each.cell, each.message) for each in reading.mistakes] == [("A3", "请填写科目编码。")]
        assert reading.rows[-1] == ("2010101", "乙")

    def test_nothing_below_the_head_is_a_mistake(self):
        assert [each.cell for each in read(HEAD).mistakes] == ["A2"]

    def test_of_several_tables_one_is_to_be_named(self):
        sheets = [("甲", [list(HEAD), ["201", "a"]]), ("说明", [["x"]]), ("乙", [list(HEAD), ["202", "b"]])]
        with pytest.raises(NoTable, match="有 2 张工作表都像科目表：“甲”、“乙”"):
            read_book(sheets, FUNCTIONAL)
        assert read_book(sheets, FUNCTIONAL, " 乙 ").rows == [("202", "b")]
        for wrong in ("说明", "丙"):
            with pytest.raises(NoTable, match=f"没有叫“{wrong}”"):
                read_book(sheets, FUNCTIONAL, wrong)

    def test_each_classification_has_its_own_first_digit(self):
        for rules, right in ((FUNCTIONAL, "201"), (DEPARTMENT, "301"), (GOVERNMENT, "501")):
            found = [number for number in ("201", "301", "501") if not rules.mistake(number)]
            assert found == [right]

    def test_columns_have_letters(self):
        assert [column_letters(n) for n in (0, 25, 26, 49)] == ["A", "Z", "AA", "AX"]


# --- Loading it


def kept(world, *rows, year=2024, book=GENERAL, by=None):
    return keep_book(
        book=book,
        fiscal_year=year,
        rows=rows,
        file_name="科目.xlsx",
        sha256="0" * 64,
        by=by or world.qian,
        at=NOW,
    )


def load(world, *rows, retire=False, **more):
    """Load a book as somebody who has seen its plan."""
    book = kept(world, *rows, **more)
    return apply_book(book=book, retire_missing=retire, seen=plan_of(book).digest, by=world.qian, at=NOW)


def stored(*fields):
    """The functional codes as they are stored."""
    return sorted(FunctionalCategory.objects.values_list("code", *fields))


KNOWN = [("224", "灾害防治及应急管理支出"), ("22401", "应急管理事务"), ("2240101", "行政运行")]


class TestLoadingABook:
    """The plan, and what confirming it does."""

    def test_new_codes_begin_with_the_year(self, world, emergency):
        load(world, *KNOWN, ("2240106", "安全监管"), ("2240188", "应急科技"))
        added = FunctionalCategory.objects.get(code="2240188")
        assert (added.name, added.level, added.budget_book) == ("应急科技", "item", GENERAL)
        assert (added.valid_from, added.valid_to, added.proposed_by) == (2024, None, None)
        assert (added.initials, added.source_count, added.official_year) == ("yjkj", 0, 2024)

    def test_a_changed_name_keeps_the_old_one(self, world, emergency):
        FunctionalCategory.objects.filter(code="22401").update(
            former_names="安全生产监管", source_count=3, valid_to=2030
        )
        load(world, KNOWN[0], ("22401", "应急事务"), KNOWN[2])
        found = FunctionalCategory.objects.get(code="22401")
        assert (found.pk, found.name, found.former_names) == (
            emergency[1].pk,
            "应急事务",
            "应急管理事务、安全生产监管",
        )
        assert (found.initials, found.source_count, found.valid_to) == ("yjsw", 3, 2030)

    def test_former_names_stay_within_their_room(self, world):
        old = code("22401", "甲" * 90, former_names="、".join(["乙" * 90, "丙" * 19]))
        load(world, ("22401", "丁" * 90))
        old.refresh_from_db()
        assert old.former_names == "、".join(["甲" * 90, "乙" * 90])

    def test_a_name_that_comes_back_is_no_longer_a_former_one(self, world):
        old = code("22401", "新名", former_names="旧名、更旧名")
        load(world, ("22401", "旧名"))
        old.refresh_from_db()
        assert (old.name, old.former_names) == ("旧名", "新名、更旧名")

    def test_brackets_and_blanks_make_no_other_name(self, world):
        same = code("22401", "应急（管理）事务")
        plan = plan_of(kept(world, ("22401", "应急(管理)事务")))
        assert (plan.unchanged, plan.renamed) == ([same], [])

    def test_codes_the_book_lacks_end_only_when_that_is_asked_for(self, world, emergency):
        load(world, *KNOWN)
        assert FunctionalCategory.objects.get(code="2240106").valid_to is None
        done = load(world, *KNOWN, retire=True)
        assert done.changes["retired"] == [["2240106", "安全监管"]]
        assert [row for row in stored("valid_to") if row[1]] == [("2240106", 2023)]
        assert not FunctionalCategory.objects.in_force(2024).filter(code="2240106").exists()
        assert FunctionalCategory.objects.in_force(2023).filter(code="2240106").exists()

    def test_some_do_not_end_even_then_and_the_plan_says_why(self, world, emergency):
        code("2240107", "本年启用", valid_from=2024)
        load(world, *KNOWN, ("2240106", "安全监管"), ("2240107", "本年启用"), year=2025)
        code("2240108", "才有的", valid_from=2024)
        plan = plan_of(kept(world, ("2240101", "行政运行")))
        assert {each.category.code: each.keeps for each in plan.missing} == {
            "224": "书中有它的下级科目",
            "22401": "书中有它的下级科目",
            "2240106": "2025 年的科目书里有",
            "2240107": "2025 年的科目书里有",
            "2240108": "本表记载从 2024 年启用",
        }
        load(world, ("2240101", "行政运行"), retire=True)
        assert [row for row in stored("valid_to") if row[1]] == []

    def test_the_plan_counts_the_rows_that_stand_on_a_missing_code(self, world, emergency):
        put_line(world.submission, emergency[3])
        later = make_submission(make_round(world.finance, 2024), world.emergency, world.lin)
        put_line(later, emergency[3])
        [missing] = plan_of(kept(world, *KNOWN)).missing
        assert (missing.category, missing.lines, missing.keeps) == (emergency[3], 1, "")

    def test_codes_of_other_books_are_let_alone(self, world, emergency):
        fund = code("2290401", "基金", "government_fund")
        load(world, *KNOWN, retire=True)
        fund.refresh_from_db()
        assert (fund.valid_to, fund.official_year) == (None, None)

    def test_an_older_book_loaded_later_does_not_turn_names_back(self, world):
        found = code("22401", "甲")
        load(world, ("22401", "丙"), year=2025)
        done = load(world, ("22401", "乙"), year=2024)
        found.refresh_from_db()
        assert (found.name, found.former_names, found.official_year) == ("丙", "乙、甲", 2025)
        assert done.changes["renamed"] == [] and done.changes["older_names"] == [["22401", "乙、甲"]]
        again = plan_of(kept(world, ("22401", "乙"), year=2024))
        assert again.does_nothing

    def test_a_code_that_begins_again_later_gets_no_double_year(self, world):
        code("2240188", "旧", valid_to=2022)
        code("2240188", "将来", valid_from=2026)
        load(world, ("2240188", "现在"))
        assert sorted(FunctionalCategory.objects.values_list("name", "valid_from", "valid_to")) == [
            ("将来", 2026, None),
            ("旧", None, 2022),
            ("现在", 2024, 2025),
        ]

    def test_a_units_code_with_the_same_name_becomes_everybodys(self, world):
        same, other = propose(world), propose(world, "2240189", "写法不同")
        done = load(world, ("2240188", "应急科技"), ("2240189", "正式写法"))
        same.refresh_from_db()
        other.refresh_from_db()
        assert (same.proposed_by, same.valid_from, same.official_year) == (None, 2023, 2024)
        assert other.proposed_by == world.emergency
        assert done.changes["confirmed"] == [["2240188", "应急科技", "零陵区应急管理局"]]
        assert done.changes["new"] == [["2240189", "正式写法"]]

    def test_of_two_units_the_first_becomes_everybodys(self, world):
        first = propose(world)
        theirs = make_submission(world.round, world.culture, world.zhao)
        propose(world, by=world.zhao, submission=theirs)
        load(world, ("2240188", "应急科技"))
        assert list(FunctionalCategory.objects.confirmed()) == [first]

    def test_an_economic_book_is_loaded_alike(self, world):
        load(world, ("301", "工资福利支出"), ("30101", "基本工资"), book="department")
        assert list(EconomicCategory.objects.order_by("code").values_list("code", "chart", "level")) == [
            ("301", "department", "class"),
            ("30101", "department", "subclass"),
        ]

    def test_loading_it_again_changes_nothing(self, world, emergency):
        rows = (*KNOWN, ("2240188", "应急科技"), ("2240101"[:5] + "02", "一般行政管理事务"))
        load(world, *rows, retire=True)
        before = everything()
        done = load(world, *rows, retire=True)
        assert everything() == before
        assert done.changes == {
            "new": [],
            "renamed": [],
            "older_names": [],
            "confirmed": [],
            "retired": [],
            "unchanged": 5,
        }

    def test_what_the_project_carries_does_not_overrule_the_book(self, world):
        row = {"level": "款", "valid_from": "", "valid_to": "", "source_count": "1"}
        ours = [row | {"code": "22401", "name": "我们的名"}, row | {"code": "22402", "name": "别的"}]
        load_categories(FunctionalCategory, {"budget_book": GENERAL}, ours)
        load(world, ("22401", "官方的名"), retire=True)
        before = everything()
        assert load_categories(FunctionalCategory, {"budget_book": GENERAL}, ours) == 2
        assert everything() == before

    def test_a_preview_writes_nothing(self, world, emergency):
        before = everything()
        book = kept(world, *KNOWN, ("2240188", "应急科技"))
        assert not plan_of(book).does_nothing
        signed_in(world.qian).get(reverse("preview_book", args=[book.pk]))
        assert everything() == before

    def test_loading_is_recorded(self, world, emergency):
        book = load(world, *KNOWN)
        [event] = Event.objects.filter(action=Event.Action.CODES_CHANGED)
        assert (event.what, event.actor) == (f"装入 2024 年{book.get_book_display()}：科目.xlsx", world.qian)

    def test_it_is_all_or_nothing(self, world, emergency, monkeypatch):
        book = kept(world, *KNOWN, ("2240188", "应急科技"), ("2240106", "改名"))
        before = everything()
        monkeypatch.setattr(CategoryBook, "save", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            apply_book(book=book, retire_missing=True, seen=plan_of(book).digest, by=world.qian, at=NOW)
        assert everything() == before

    def test_a_plan_that_is_no_longer_what_was_seen_is_refused(self, world, emergency):
        book = kept(world, *KNOWN, ("2240188", "应急科技"))
        seen = plan_of(book).digest
        code("2240188", "别人刚加的")
        before = everything()
        with pytest.raises(BookRefused, match="有变化"):
            apply_book(book=book, retire_missing=False, seen=seen, by=world.qian, at=NOW)
        assert everything() == before

    def test_a_book_is_loaded_once(self, world):
        book = load(world, ("224", "灾害防治及应急管理支出"))
        assert (book.applied_by, book.applied_at) == (world.qian, NOW)
        with pytest.raises(BookRefused, match="已经装入过"):
            apply_book(book=book, retire_missing=False, seen=plan_of(book).digest, by=world.qian, at=NOW)

    @pytest.mark.parametrize("person", ["lin", "sun", "chen", "he", "wu", "tang", "zhao", "feng"])
    def test_others_are_refused_and_leave_nothing(self, world, emergency, person):
        book = kept(world, ("2240188", "应急科技"))
        before = everything()
        somebody = getattr(world, person)
        with pytest.raises(NotPermitted):
            apply_book(book=book, retire_missing=True, seen=plan_of(book).digest, by=somebody, at=NOW)
        with pytest.raises(NotPermitted):
            kept(world, ("2240188", "应急科技"), by=somebody)
        assert everything() == before and CategoryBook.objects.count() == 1

    def test_the_record_does_not_change(self, world):
        waiting = kept(world, ("224", "甲"))
        done = load(world, ("224", "甲"))
        books = CategoryBook.objects.all()
        for deed in (
            lambda: books.filter(pk=waiting.pk).update(rows=[["224", "乙"]]),
            lambda: books.filter(pk=waiting.pk).update(uploaded_at=NOW + timedelta(days=1)),
            lambda: books.filter(pk=waiting.pk).update(applied_at=NOW),
            lambda: books.filter(pk=done.pk).update(applied_at=None, applied_by=None, changes=None),
            lambda: books.filter(pk=done.pk).update(changes={}),
            lambda: books.filter(pk=done.pk).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                deed()
        assert books.filter(pk=waiting.pk).delete()[0] == 1

    def test_the_number_of_statements_does_not_grow(self, world):
        def count(first, size):
            """Load a book with new, renamed, confirmed, unchanged and missing codes, `size` of each."""
            rows = []
            for number in range(first, first + size):
                code(f"{number}1", "同名")
                code(f"{number}2", "旧名")
                code(f"{number}3", "没有")
                propose(world, f"{number}4", "单位加的")
                rows += [
                    (f"{number}{n}", name)
                    for n, name in ((1, "同名"), (2, "新名"), (4, "单位加的"), (5, "新增"))
                ]
            book = kept(world, *rows)
            seen = plan_of(book).digest
            with statements() as texts:
                apply_book(book=book, retire_missing=True, seen=seen, by=world.qian, at=NOW)
            return len(texts)

        few = count(201010, 1)
        assert count(202010, 40) == few <= 13


# --- The page


def xlsx(*rows, name="科目", **more):
    """The bytes of a workbook."""
    workbook = Workbook()
    workbook.worksheets[0].title = name
    for row in rows:
        workbook.worksheets[0].append(row)
    for title, lines in more.items():
        sheet = workbook.create_sheet(title)
        for line in lines:
            sheet.append(line)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def upload(browser, content, file_name="2024年科目.xlsx", **fields):
    file = SimpleUploadedFile(file_name, content)
    return browser.post(reverse("load_book"), {"book": GENERAL, "fiscal_year": "2024", "file": file} | fields)


class TestThePagesOfLoading:
    """File, preview, confirmation."""

    def test_from_the_file_to_the_loaded_book(self, world, emergency):
        propose(world, "2240189", "单位的科目")
        before = everything()
        content = xlsx(
            HEAD, (224, "灾害防治及应急管理支出"), (22401, "应急事务"), ("2240101", "行政运行"),
            (2240188, "应急科技"), (2240189, "单位的科目"),
        )  # fmt: skip
        browser = signed_in(world.qian)
        response = upload(browser, content)
        book = CategoryBook.objects.get()
        assert response.url == reverse("preview_book", args=[book.pk])
        assert (book.file_name, book.sha256) == ("2024年科目.xlsx", hashlib.sha256(content).hexdigest())
        assert (book.fiscal_year, book.book, book.uploaded_by, book.applied_at) == (
            2024,
            GENERAL,
            world.qian,
            None,
        )
        preview = browser.get(response.url)
        text = preview.content.decode()
        for words in ("应急科技", "应急管理事务", "应急事务", "单位的科目", "安全监管", "2024年科目.xlsx"):
            assert words in text
        assert everything() == before
        plan = preview.context["plan"]
        done = browser.post(
            reverse("apply_book", args=[book.pk]), {"seen": plan.digest, "retire_missing": "on"}, follow=True
        )
        assert "已装入" in done.content.decode()
        assert stored("name", "valid_to") == [
            ("224", "灾害防治及应急管理支出", None),
            ("22401", "应急事务", None),
            ("2240101", "行政运行", None),
            ("2240106", "安全监管", 2023),
            ("2240188", "应急科技", None),
            ("2240189", "单位的科目", None),
        ]
        assert not FunctionalCategory.objects.exclude(proposed_by=None).exists()
        assert "2024年科目.xlsx" in browser.get(reverse("load_book")).content.decode()

    def test_mistakes_are_all_shown_with_their_addresses_and_nothing_is_kept(self, world):
        content = xlsx(HEAD, ("2010", "a"), (20101.5, "b"), ("20101", None), ("20102", "c"), ("20102", "d"))
        response = upload(signed_in(world.qian), content)
        assert response.status_code == 422
        text = response.content.decode()
        assert "文件里有 4 处要改" in text
        for address in ("科目!A2", "科目!A3", "科目!B4", "科目!A6"):
            assert address in text
        assert not CategoryBook.objects.exists()

    @pytest.mark.parametrize(
        ("content", "name", "said"),
        [
            (b"a,b\n1,2\n", "x.xlsx", "不是 Excel 工作簿"),
            (b"a,b\n1,2\n", "x.csv", "不是 Excel 工作簿"),
            (xlsx(HEAD)[:900], "x.xlsx", "已损坏"),
            (xlsx(HEAD), "x.xlsm", "可能带宏"),
            (b"", "x.xlsx", "文件是空的"),
            (b"PK\x03\x04" + b"0" * 5 * 1024 * 1024, "x.xlsx", "超过 5 MB"),
            (xlsx(("a", "b")), "x.xlsx", "没有找到"),
            (xlsx(HEAD, 甲=[HEAD]), "x.xlsx", "有 2 张工作表都像科目表"),
        ],
        ids=["csv renamed", "csv", "cut", "macros", "empty", "large", "no table", "two tables"],
    )
    def test_a_file_that_is_not_taken_is_answered_with_a_sentence(self, world, content, name, said):
        response = upload(signed_in(world.qian), content, name)
        assert response.status_code == 422
        [error] = response.context["form"].errors["file"]
        assert said in error and error.endswith("。")
        assert not CategoryBook.objects.exists()

    def test_the_sheet_can_be_named(self, world):
        content = xlsx(HEAD, ("201", "a"), 乙=[HEAD, ("202", "b")])
        assert upload(signed_in(world.qian), content, sheet="乙").status_code == 302
        assert CategoryBook.objects.get().rows == [["202", "b"]]

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"fiscal_year": ""}, "fiscal_year"),
            ({"fiscal_year": "24"}, "fiscal_year"),
            ({"fiscal_year": "x"}, "fiscal_year"),
            ({"book": "nothing"}, "book"),
            ({"file": ""}, "file"),
        ],
        ids=str,
    )
    def test_what_is_missing_is_asked_for(self, world, fields, field):
        response = upload(signed_in(world.qian), xlsx(HEAD, ("201", "a")), **fields)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]

    def test_the_year_of_the_latest_round_is_offered(self, world):
        make_round(world.finance, 2024)
        assert 'value="2024"' in signed_in(world.qian).get(reverse("load_book")).content.decode()

    def test_a_table_that_changed_meanwhile_is_shown_anew(self, world):
        book = kept(world, ("224", "甲"))
        browser = signed_in(world.qian)
        response = browser.post(reverse("apply_book", args=[book.pk]), {"seen": "old"}, follow=True)
        assert "有变化" in response.content.decode()
        assert not FunctionalCategory.objects.exists()

    def test_anothers_preview_is_not_there(self, world):
        book = kept(world, ("224", "甲"))
        other = make_person("li", "李四", (Role.ADMINISTRATOR, world.finance))
        for method, name in (("get", "preview_book"), ("post", "apply_book")):
            path = reverse(name, args=[book.pk])
            assert getattr(signed_in(other), method)(path).status_code == 404
            assert getattr(signed_in(world.he), method)(path).status_code == 403
            assert getattr(signed_in(world.lin), method)(path).status_code == 404

    def test_the_number_of_queries_does_not_grow(self, world):
        browser = signed_in(world.qian)

        def count(size):
            rows = [(f"20{n:05}", "新") for n in range(size)]
            book = kept(world, *rows, year=2024)
            with statements() as texts:
                assert browser.get(reverse("preview_book", args=[book.pk])).status_code == 200
            return len(texts)

        code("2240199", "没有")
        few = count(1)
        for number in range(2300101, 2300140):
            code(str(number), "没有")
        assert count(300) == few <= 8

    def test_two_who_write_stand_in_line(self, world):
        """The lock the writing deeds take lets everybody read and saves of rows go on."""
        with transaction.atomic():
            category_actions._write_alone(FunctionalCategory)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT mode FROM pg_locks JOIN pg_class ON relation = pg_class.oid"
                    " WHERE relname = 'budgets_functionalcategory' AND pid = pg_backend_pid()"
                )
                assert ("ShareRowExclusiveLock",) in cursor.fetchall()
