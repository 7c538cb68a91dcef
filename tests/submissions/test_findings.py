"""What is said of findings: what counts as an explanation, who says what when, and what the database keeps."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from submissions import actions, finding_actions
from submissions.findings import (
    Check,
    Finding,
    Outcome,
    Place,
    Severity,
    State,
    Tolerance,
    Verdict,
    explanation_mistake,
    run,
)
from submissions.models import CheckSetting, Explanation, Override, RoundThreshold
from tests.world import NOW, change, put_in_status, save

WORDS = "决算口径与预算口径不同，已报财政局备案"


def finding(severity=Severity.WARNING, verdict=Verdict.FAILS, actual="3", **outcome):
    """What a made-up check found at the total of revenue."""
    check = Check(
        "C-999", "甲等于乙", severity, Tolerance.SUM, formula="", source="", example="", test=lambda _: []
    )
    place = Place("revenue", "total", "outturn", "收入", "收入合计", "决算数")
    figures = {"expected": Decimal(2), "actual": Decimal(actual)}
    return Finding(check, severity, Outcome(verdict, place, "甲填 3，应为 2。", **figures, **outcome))


def explain(world, found=None, text=WORDS, by=None):
    return finding_actions.explain(
        submission=world.submission, finding=found or finding(), text=text, by=by or world.lin, at=NOW
    )


def override(world, found=None, reason="上级批复如此", by=None):
    return finding_actions.override(
        submission=world.submission,
        finding=found or finding(Severity.ERROR),
        reason=reason,
        by=by or world.wu,
        at=NOW,
    )


@pytest.mark.parametrize("text", [WORDS, "省级专项资金于年底下达，未及支出"])
def test_an_explanation_says_why(text):
    assert explanation_mistake(text) == ""


@pytest.mark.parametrize(
    "text",
    ["", "无", "正常", "政策调整", "……，，，。。。———！！！", "无 " * 20, "情况正常，情况正常，情况正常。"],
)
def test_a_bare_or_short_one_says_nothing(text):
    assert "请写清为什么这样" in explanation_mistake(text)


@pytest.mark.parametrize(
    ("severity", "tolerance", "is_bound", "should_be"),
    [
        (Severity.ERROR, Tolerance.SUM, False, True),
        (Severity.ERROR, Tolerance.SAME, True, False),
        (Severity.ERROR, Tolerance.NONE, False, False),
        (Severity.WARNING, Tolerance.EXACT, False, False),
    ],
)
def test_only_an_equation_that_is_an_error_says_what_should_be(severity, tolerance, is_bound, should_be):
    """Whatever the bureau makes of it in a round."""
    found = finding(is_bound=is_bound)
    check = replace(found.check, severity=severity, tolerance=tolerance)
    assert found._replace(check=check).says_what_should_be is should_be


class TestDigest:
    def test_it_is_another_with_other_figures_rule_or_words(self):
        first = finding()
        newer = first._replace(check=replace(first.check, version=2))
        others = [finding(actual="4"), newer, finding(quotation="增加了")]
        assert len({each.digest for each in (first, *others)}) == 4

    def test_a_finding_is_called_otherwise_with_other_figures(self):
        assert finding().name == finding().name != finding(actual="4").name

    def test_it_is_the_same_however_the_figure_is_written(self):
        assert finding(actual="3.00").digest == finding().digest


class TestExplaining:
    def test_it_is_kept_with_rule_place_and_figures(self, world):
        kept = explain(world)
        assert (kept.text, kept.actor_name, kept.at, kept.rule_version) == (WORDS, "林晓", NOW, 1)
        assert kept.key == (finding().key, finding().digest)

    def test_only_the_units_preparer_explains(self, world):
        for person in (world.sun, world.chen, world.wu, world.zhao):
            with pytest.raises(actions.NotPermitted):
                explain(world, by=person)

    @pytest.mark.parametrize("status", ["in_review", "approved"])
    def test_a_return_that_was_handed_in_is_explained_no_more(self, world, status):
        put_in_status(world.submission, status)
        with pytest.raises(actions.NotEditable):
            explain(world)

    @pytest.mark.parametrize(
        "found",
        [
            finding(Severity.ERROR),
            finding(Severity.INFORMATION),
            finding(verdict=Verdict.HOLDS),
            finding(verdict=Verdict.MISSING),
            finding(has_reason_field=True),
        ],
    )
    def test_nothing_but_a_warning_is_explained_here(self, world, found):
        with pytest.raises(actions.NotNow):
            explain(world, found)

    def test_it_says_something(self, world):
        with pytest.raises(actions.Unfinished):
            explain(world, text="正常")
        assert not Explanation.objects.exists()

    def test_the_database_keeps_no_short_one(self, world):
        with pytest.raises(IntegrityError), transaction.atomic():
            Explanation.objects.create(**_plain(world), text="一二三 四五六 七八九")
        Explanation.objects.create(**_plain(world), text="一二三 四五六 七八九十")


def _plain(world):
    place = {"code": "C-999", "rule_version": 1, "schedule": "revenue", "digest": "0" * 64}
    return place | {"submission": world.submission, "actor": world.lin, "actor_name": "林晓", "at": NOW}


class TestLettingPass:
    @pytest.mark.parametrize("status", ["draft", "returned", "in_review"])
    def test_the_performance_office_lets_an_error_pass(self, world, status):
        put_in_status(world.submission, status)
        kept = override(world)
        assert (kept.reason, kept.actor_name) == ("上级批复如此", "吴芳")

    def test_nobody_else_does(self, world):
        for person in (world.lin, world.he, world.qian, world.tang, world.feng):
            with pytest.raises(actions.NotPermitted):
                override(world, by=person)

    def test_not_of_what_she_entered_herself(self, world):
        world.wu.memberships.create(unit=world.emergency, role="preparer", started_at=NOW)
        again = type(world.wu).objects.get(pk=world.wu.pk)
        save(world.submission, change("other", outturn="1"), by=again)
        with pytest.raises(actions.NotYours):
            override(world, by=again)

    @pytest.mark.parametrize("status", ["approved", "published"])
    def test_not_of_what_is_approved(self, world, status):
        put_in_status(world.submission, status)
        with pytest.raises(actions.NotNow):
            override(world)

    def test_a_warning_is_explained_and_not_let_pass(self, world):
        with pytest.raises(actions.NotNow):
            override(world, finding())

    def test_it_has_a_reason(self, world):
        with pytest.raises(actions.Unfinished):
            override(world, reason=" ")
        assert not Override.objects.exists()


class TestSettings:
    def test_the_performance_office_sets_checks_and_thresholds_with_a_reason(self, world):
        said = {"round": world.round, "reason": "本地规定", "by": world.wu, "at": NOW}
        finding_actions.set_check(code="C-001", severity="off", **said)
        finding_actions.set_threshold(name="change_rate", limit=Decimal(20), **said)
        assert CheckSetting.objects.get().get_severity_display() == "不检查"
        assert RoundThreshold.objects.get().limit == 20

    @pytest.mark.parametrize("person", ["lin", "he", "qian", "feng"])
    def test_nobody_else_does(self, world, person):
        said = {"round": world.round, "reason": "本地规定", "by": getattr(world, person), "at": NOW}
        with pytest.raises(actions.NotPermitted):
            finding_actions.set_check(code="C-001", severity="off", **said)
        with pytest.raises(actions.NotPermitted):
            finding_actions.set_threshold(name="change_rate", limit=Decimal(20), **said)

    def test_not_without_a_reason(self, world):
        said = {"round": world.round, "reason": " ", "by": world.wu, "at": NOW}
        with pytest.raises(actions.Unfinished):
            finding_actions.set_check(code="C-001", severity="off", **said)
        with pytest.raises(actions.Unfinished):
            finding_actions.set_threshold(name="change_rate", limit=None, **said)


def test_a_check_that_fails_cannot_be_computed_and_is_recorded_and_the_others_run(caplog):
    whole = finding().check
    broken = replace(whole, code="C-998", test=lambda given: [given["nothing"]])
    said = [finding().outcome]
    found = run([broken, replace(whole, test=lambda _: said)], {}, year=2023, region="431102")
    assert [(each.check.code, each.state) for each in found] == [
        ("C-998", State.CANNOT_BE_COMPUTED),
        ("C-999", State.WARNING),
    ]
    assert found[0].outcome.sentence == "不能检查（系统故障，已记录）"
    [record] = caplog.records
    assert "C-998" in record.getMessage() and record.exc_info[0] is KeyError


def test_a_warning_that_is_explained_at_its_row_needs_nothing_more_here():
    asked = finding(has_reason_field=True)
    explained = finding(has_reason_field=True, reason="年底下达")
    assert asked.needs_explanation and not explained.needs_explanation
    assert explained.state is State.WARNING
