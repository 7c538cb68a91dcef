"""The texts of a return: 厉行节约保障措施, and the sections of the report."""

import re
from html import unescape

import pytest
from django.urls import reverse

from budgets.actions import TextConflict, save_text
from budgets.models import ReturnText
from budgets.returns import ScheduleName
from budgets.views.tasks import in_the_way
from performance.actions import GOAL
from submissions.actions import NotEditable, NotPermitted
from submissions.models import Edit
from tests.world import NOW, put_in_status, signed_in, statements

THRIFT = ReturnText.Name.THRIFT_MEASURES


def write(world, text, version=0, by=None):
    save_text(
        submission=world.submission, name=THRIFT, text=text, row_version=version, by=by or world.lin, at=NOW
    )


def stored(world):
    return ReturnText.objects.filter(submission=world.submission).values_list("text", "row_version").first()


def test_a_text_is_kept_and_steps_its_version(world):
    write(world, "压减会议。")
    assert stored(world) == ("压减会议。", 1)
    write(world, "压减会议和差旅。", version=1)
    assert stored(world) == ("压减会议和差旅。", 2)


def test_a_text_is_one_edit_old_and_new(world):
    write(world, "一。")
    write(world, "二。", version=1)
    edits = list(world.submission.edits.order_by("pk"))
    assert [edit.changes[0]["cells"]["text"] for edit in edits] == [["", "一。"], ["一。", "二。"]]
    assert {(edit.schedule, edit.actor_name, edit.at) for edit in edits} == {("thrift_measures", "林晓", NOW)}
    world.submission.refresh_from_db()
    assert (world.submission.row_version, world.submission.saved_at) == (2, NOW)


def test_the_same_text_costs_nothing_whatever_the_version(world):
    write(world, "一。")
    write(world, "一。", version=7)
    assert stored(world) == ("一。", 1) and world.submission.edits.count() == 1


@pytest.mark.parametrize("version", [0, 2])
def test_anothers_text_is_not_written_over(world, version):
    write(world, "同事的。")
    with pytest.raises(TextConflict) as conflict:
        write(world, "我的。", version=version)
    assert conflict.value.theirs.text == "同事的。" and conflict.value.last_edit.actor == world.lin
    assert stored(world) == ("同事的。", 1)


def test_a_text_that_never_was_has_version_0(world):
    with pytest.raises(TextConflict) as conflict:
        write(world, "我的。", version=1)
    assert conflict.value.theirs is None and stored(world) is None


@pytest.mark.parametrize("person", ["sun", "wu", "zhao"])
def test_others_are_refused(world, person):
    with pytest.raises(NotPermitted):
        write(world, "一。", by=getattr(world, person))
    assert stored(world) is None and not world.submission.edits.exists()


@pytest.mark.parametrize("status", ["in_review", "approved", "published"])
def test_a_return_that_is_not_being_filled_in_is_refused(world, status):
    put_in_status(world.submission, status)
    with pytest.raises(NotEditable):
        write(world, "一。")


# --- The page


@pytest.fixture
def address(world):
    return reverse("edit_text", args=[world.submission.pk, "thrift_measures"])


def test_saving_leads_back_to_the_page_which_shows_it(world, address):
    browser = signed_in(world.lin)
    response = browser.post(
        address, {"text": " 压减会议。\r\n\r\n控制接待。 ", "row_version": 0}, follow=True
    )
    assert response.redirect_chain == [(address, 302)]
    html = response.content.decode()
    assert "压减会议。\n\n控制接待。</textarea>" in html and 'name="row_version" value="1"' in html
    assert "厉行节约保障措施已保存。" in html
    assert stored(world) == ("压减会议。\n\n控制接待。", 1)


def test_a_text_that_is_too_long_stays_on_the_page_with_the_limit(world, address):
    response = signed_in(world.lin).post(address, {"text": "长" * 2001, "row_version": 0})
    html = response.content.decode()
    assert response.status_code == 422 and stored(world) is None
    assert "有 2001 字，最多 2000 字" in html and "长" * 2001 in html
    assert signed_in(world.lin).post(address, {"text": "长" * 2000, "row_version": 0}).status_code == 302


def test_a_conflict_shows_both_texts_and_saving_again_puts_hers_over_the_others(world, address):
    write(world, "同事的。")
    browser = signed_in(world.lin)
    response = browser.post(address, {"text": "我的。", "row_version": 0})
    html = response.content.decode()
    assert response.status_code == 409
    assert "同事的。" in html and "我的。</textarea>" in html and "林晓" in html
    assert 'name="row_version" value="1"' in html
    assert browser.post(address, {"text": "我的。", "row_version": 1}).status_code == 302
    assert stored(world) == ("我的。", 2)


def test_a_reader_reads_and_may_not_write(world, address):
    write(world, "第一段。\n\n第二段。")
    reader = signed_in(world.wu)
    html = reader.get(address).content.decode()
    assert "<p>第一段。</p>" in html and "<textarea" not in html
    assert reader.post(address, {"text": "她的。", "row_version": 1}).status_code == 403
    assert stored(world) == ("第一段。\n\n第二段。", 1)


def test_when_it_is_closed_meanwhile_her_words_stay_on_the_page(world, address):
    put_in_status(world.submission, "in_review")
    response = signed_in(world.lin).post(address, {"text": "写了很久的。", "row_version": 0})
    html = response.content.decode()
    assert response.status_code == 403 and "写了很久的。" in html and "不能修改" in html


def test_a_stranger_finds_nothing(world, address):
    assert signed_in(world.zhao).get(address).status_code == 404
    assert signed_in(world.feng).post(address, {"text": "x", "row_version": 0}).status_code == 404


@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_what_no_page_sends_is_refused(world, address, version):
    response = signed_in(world.lin).post(address, {"text": "我的。", "row_version": version})
    assert response.status_code == 422 and "我的。" in response.content.decode()


# --- The script that saves by itself


def send(person, address, text, version):
    return signed_in(person).post(
        address, {"text": text, "row_version": version}, headers={"Accept": "application/json"}
    )


def test_the_script_is_told_what_is_stored_by_now(world, address):
    response = send(world.lin, address, " 压减会议。\r\n", 0)
    answer = response.json()
    assert (response.status_code, answer["row_version"], answer["texts"]) == (200, 1, {"text": "压减会议。"})
    state = next(each for each in answer["sections"] if each["url"] == address)
    assert (state["style"], state["text"]) == ("good", "5 字")
    assert stored(world) == ("压减会议。", 1)


def test_a_request_sent_again_has_one_effect(world, address):
    first, again = (send(world.lin, address, "压减会议。", 0) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert again.json()["row_version"] == 1 and Edit.objects.count() == 1


def test_the_script_is_told_what_the_other_wrote_and_when(world, address):
    write(world, "同事的。")
    response = send(world.lin, address, "我的。", 0)
    answer = response.json()
    assert (response.status_code, answer["row_version"], answer["texts"]) == (409, 1, {"text": "同事的。"})
    assert answer["by"] == "林晓" and re.fullmatch(r"\d\d:\d\d:\d\d", answer["at"])
    assert stored(world) == ("同事的。", 1)


def test_the_script_is_told_what_is_wrong(world, address):
    response = send(world.lin, address, "长" * 2001, 0)
    assert response.status_code == 422 and "有 2001 字" in response.json()["errors"]["text"]
    assert send(world.lin, address, "我的。", "x").status_code == 400
    put_in_status(world.submission, "in_review")
    response = send(world.lin, address, "我的。", 0)
    assert response.status_code == 403 and "不能修改" in response.json()["message"]
    assert stored(world) is None


def test_markup_is_text(world, address):
    write(world, "<script>x</script>")
    for person in (world.lin, world.wu):
        assert "<script>x" not in signed_in(person).get(address).content.decode()


def test_navigation_and_overview_say_whether_it_is_written(world):
    overview = reverse("workspace", args=[world.submission.pk])
    html = signed_in(world.lin).get(overview).content.decode()
    assert "厉行节约保障措施：还没有写" in html
    write(world, "压减会议。")
    html = signed_in(world.lin).get(overview).content.decode()
    assert "厉行节约保障措施：还没有写" not in html and html.count("已写 5 字") == 4  # nav, table


# --- The sections of the report

NO_FUND = "我单位无政府性基金预算支出情况。"


def write_section(world, name, text):
    save_text(submission=world.submission, name=name, text=text, row_version=0, by=world.lin, at=NOW)


def test_no_text_is_called_as_a_schedule_is():
    """An edit, a point and a file say by one name which of them they are about."""
    assert not set(ReturnText.Name.values) & {*ScheduleName, GOAL}


def test_a_section_has_a_limit_of_its_own(world):
    address = reverse("edit_text", args=[world.submission.pk, "results"])
    answer = signed_in(world.lin).post(address, {"text": "长" * 10_001, "row_version": 0})
    assert answer.status_code == 422 and "有 10001 字，最多 10000 字" in answer.content.decode()
    assert signed_in(world.lin).post(address, {"text": "长" * 10_000, "row_version": 0}).status_code == 302


def test_the_sections_are_read_in_the_order_of_the_report(world):
    write_section(world, ReturnText.Name.PROBLEMS, "1、<b>预算编制不细。")
    write_section(world, ReturnText.Name.GOVERNMENT_FUND, NO_FUND)
    address = reverse("report_texts", args=[world.submission.pk])
    for person, deed in ((world.lin, "编写"), (world.wu, "打开")):
        html = signed_in(person).get(address).content.decode()
        assert html.index(NO_FUND) < html.index("1、&lt;b&gt;预算编制不细。") and "<b>" not in html
        assert f"{deed}：主要职能" in html and html.count("还没有写。") == 14


def test_the_navigation_has_one_entry_and_the_sections_while_one_is_open(world):
    browser, here = signed_in(world.lin), [world.submission.pk]
    section = reverse("edit_text", args=[*here, "problems"])
    assert f'href="{section}"' not in browser.get(reverse("workspace", args=here)).content.decode()
    for address in (section, reverse("report_texts", args=here)):
        assert f'<li class="below">\n        <a href="{section}"' in browser.get(address).content.decode()


def test_the_script_is_told_of_the_section_and_of_all_of_them(world):
    address = reverse("edit_text", args=[world.submission.pk, "problems"])
    told = {each["url"]: each["text"] for each in send(world.lin, address, "1、不细。", 0).json()["sections"]}
    assert (told[address], told[reverse("report_texts", args=[world.submission.pk])]) == ("5 字", "1 待说明")


def test_that_no_section_is_written_is_said_and_stops_nobody(world):
    address = reverse("workspace", args=[world.submission.pk])
    assert "报告文字：还没有写" in signed_in(world.lin).get(address).text
    assert not any("报告文字" in task.title for task in in_the_way(world.submission))
    write_section(world, ReturnText.Name.PROBLEMS, "一是预算细化不够。")
    assert "报告文字：还没有写" not in signed_in(world.lin).get(address).text


def test_the_page_of_all_sections_costs_the_same_however_many_are_written(world):
    address = reverse("report_texts", args=[world.submission.pk])
    counts = []
    for name in ("", "problems", "results"):
        if name:
            write_section(world, ReturnText.Name(name), "一。")
        browser = signed_in(world.lin)
        with statements() as made:
            browser.get(address)
        counts.append(len(made))
    assert len(set(counts)) == 1


# --- What the checks find in it

WRONG = "2023年，一是加强监管。三是改进作风。"


def states(html):
    """What the navigation says of each section, by its name there."""
    shown = re.findall(
        r'<span class="label">(.*?)</span>.*?<span aria-hidden="true">(.*?)</span>', html, re.S
    )
    return dict(shown)


def test_what_is_found_in_a_section_is_counted_in_the_navigation_and_said_on_its_page(world):
    address = reverse("edit_text", args=[world.submission.pk, "results"])
    browser = signed_in(world.lin)
    plain = browser.get(address).content.decode()
    assert 'aria-label="检查发现" hidden' in plain and states(plain)["整体绩效情况"] == "—"
    sent = {"text": WRONG, "row_version": 0}
    answer = browser.post(address, sent, HTTP_ACCEPT="application/json").json()
    html = unescape(browser.get(address).content.decode())
    [found] = answer["found"]
    assert found["quotation"] in WRONG and found["url"].startswith(
        reverse("findings", args=[world.submission.pk])
    )
    here = html.partition('aria-label="检查发现">')[2].partition("</ol>")[0]
    assert all(found[part] in here for part in ("label", "sentence", "quotation", "remedy", "url"))
    assert states(html)["整体绩效情况"] == "1 待说明"
    # And one of the whole report, whose other sections are not written.
    assert states(html)["报告文字"] == "2 待说明"
    told = {each["title"]: (each["text"], each["spoken"]) for each in answer["sections"]}
    assert told["报告文字"] == ("2 待说明", "已写 1 段，共 16 段，待说明 2 条")
