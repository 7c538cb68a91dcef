"""What lists of many returns say of their findings: the round's overview, the queue, the cards; and checked again."""

import re

from django.urls import reverse

from budgets import result_actions
from budgets.result_actions import check_again
from submissions import finding_actions
from tests.world import NOW, change, make_submission, numbered, put_in_status, save, signed_in, statements


def wrong_return(world, unit, person, *items):
    """A checked return with an error in each of these columns of its stated total of revenue."""
    submission = world.submission if unit == world.emergency else make_submission(world.round, unit, person)
    save(
        submission,
        change("total", **dict.fromkeys(items, "60000")),
        change("other", **dict.fromkeys(items, "50000")),
        by=person,
    )
    check_again(submission_id=submission.pk)
    return submission


def overview(world, **asked):
    response = signed_in(world.wu).get(reverse("round_overview", args=[world.round.pk]), asked)
    return response, [each.unit.code for each in response.context["page"]]


def marks(html):
    """What the marks of findings say, in their order."""
    return re.findall(r"(\d+ (?:错误|待说明|放行|已说明))</a>|(待重算)</span>", html)


def test_the_overview_counts_sorts_and_filters_by_findings_and_checks_again(world):
    wrong_return(world, world.emergency, world.lin, "outturn")
    wrong_return(world, world.culture, world.zhao, "outturn", "initial_budget")
    response, codes = overview(world, findings="errors")
    found = {each.kind: (each.number, each.returns) for each in response.context["standings"].findings}
    assert found["errors"] == (3, 2) and "unchecked" not in found
    assert codes == ["225001", "224001"]  # who has more stands first; who has not begun has none
    make_submission(world.round, world.rescue, world.lin)
    assert overview(world, findings="unchecked")[1] == ["224002"]
    finding_actions.set_check(
        round=world.round, code="C-001", severity="off", reason="本地", by=world.wu, at=NOW
    )
    response, codes = overview(world)
    html = response.content.decode()
    assert response.context["standings"].unchecked == 3 and html.count("待重算</span>") == 3
    assert "有 3 份的检查结果不是最新的" in html
    assert "错误 <strong>" not in html  # what is not so any more is not told
    path = reverse("check_round_again", args=[world.round.pk])
    said = signed_in(world.wu).post(path, follow=True)
    assert [str(each) for each in said.context["messages"]] == ["重新检查了 3 份，都是最新的了。"]
    assert said.context["standings"].unchecked == 0 and "待重算" not in said.content.decode()


def test_more_than_a_person_waits_for_are_checked_part_by_part(world, monkeypatch):
    monkeypatch.setattr(result_actions, "MOST_AT_ONCE", 1)
    make_submission(world.round, world.rescue, world.lin)
    done = [result_actions.check_round_again(round=world.round, by=world.wu) for _ in range(3)]
    assert done == [(1, 1), (1, 0), (0, 0)]


def test_what_is_no_longer_so_while_it_is_checked_is_left(world, monkeypatch):
    check_many = result_actions.check_many_again

    def meanwhile(**facts):
        check_many(**facts)
        save_meanwhile(world)

    monkeypatch.setattr(result_actions, "check_many_again", meanwhile)
    said = signed_in(world.wu).post(reverse("check_round_again", args=[world.round.pk]), follow=True)
    assert [str(each) for each in said.context["messages"]] == ["重新检查了 1 份，还有 1 份，请再点一次。"]


def test_the_queue_and_the_cards_say_what_the_checks_found(world):
    submission = wrong_return(world, world.emergency, world.lin, "outturn")
    card = signed_in(world.lin).get(reverse("my_work")).content.decode()
    assert marks(card)[0][0] == "1 错误" and f"{reverse('findings', args=[submission.pk])}?group=mend" in card
    put_in_status(submission, "in_review")
    assert marks(signed_in(world.wu).get(reverse("my_work")).content.decode())[0][0] == "1 错误"
    save_meanwhile(world)
    assert marks(signed_in(world.wu).get(reverse("my_work")).content.decode())[0][1] == "待重算"
    unchecked = make_submission(world.round, world.rescue, world.lin)
    card = signed_in(world.lin).get(reverse("my_work")).content.decode()
    findings = reverse("findings", args=[unchecked.pk])
    assert re.search(rf'<a class="mark" href="{findings}"[^>]*>待重算</a>', card)


def save_meanwhile(world):
    finding_actions.set_threshold(
        round=world.round, name="change_rate", limit=20, reason="本地", by=world.wu, at=NOW
    )


def test_the_overview_asks_one_question_more_however_many_returns_there_are(world):
    counts = []
    for unit, person in (
        (world.emergency, world.lin),
        (world.rescue, world.lin),
        (world.culture, world.zhao),
    ):
        wrong_return(world, unit, person, "outturn")
        with statements() as texts:
            overview(world)
        counts.append(texts)
    assert len(counts[0]) == len(counts[2]), numbered(counts[2])
    assert sum("checkresult" in text for text in counts[2]) == 1
