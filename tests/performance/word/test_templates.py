"""Templates that a county changed: what is wrong is said with its place, and nothing they say reaches beyond."""

import pytest

from performance.report.outline import EDITIONS
from performance.word.context import KNOWN, SAMPLE
from performance.word.filling import BadTemplate, check_template, filled_in
from performance.word.template import report_template
from tests.performance.word.documents import template, texts


def mistakes(*paragraphs):
    """What is said of a template of these paragraphs."""
    with pytest.raises(BadTemplate) as refusal:
        check_template(template(*paragraphs), KNOWN, SAMPLE)
    return refusal.value.mistakes


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_templates_we_bring_along_are_taken(edition):
    check_template(report_template(edition), KNOWN, SAMPLE)


def test_what_a_county_writes_of_its_own_is_taken_and_printed():
    changed = template(
        "{{ 单位名称 }}报告", "{%p for 段 in 主要职能 %}", "◆{{ 段 }}", "{%p endfor %}", "“{{ 年度 }}”"
    )
    check_template(changed, KNOWN, SAMPLE)
    assert texts(filled_in(changed, SAMPLE)) == ["某某单位报告", "◆示例文字。", "“2023”"]


def test_everything_unknown_is_said_at_once_with_its_paragraph():
    assert mistakes("标题", "{{ 单位 }}与{{ 年 }}", "{%p for 段 in 职能 %}", "{{ 段 }}", "{%p endfor %}") == [
        "正文第 2 段“{{ 单位 }}与{{ 年 }}”：没有“单位”这个名称，请用说明里列出的名称。",
        "正文第 2 段“{{ 单位 }}与{{ 年 }}”：没有“年”这个名称，请用说明里列出的名称。",
        "正文第 3 段“{%p for 段 in 职能 %}”：没有“职能”这个名称，请用说明里列出的名称。",
    ]


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (["一", "{{ 单位名称 }"], "正文第 2 段“{{ 单位名称 }”：花括号没有成对，请补全或删去。"),
        (["{%p for 段 in 主要职能 %}", "{{ 段 }}"], "标记写得不对"),
        (["{%p endfor %}"], "正文第 1 段“{%p endfor %}”：标记写得不对"),
        (["{{ 年度 年度 }}"], "正文第 1 段“{{ 年度 年度 }}”：标记写得不对"),
        (
            ["{%p for 行 in 收支对比 %}", "{{ 行.没有 }}", "{%p endfor %}"],
            "正文第 2 段“{{ 行.没有 }}”：填不出来",
        ),
        (
            ["{{ 标题.upper() }}"],
            "正文第 1 段“{{ 标题.upper() }}”：模板里不能调用函数、引用别的文件，请删去。",
        ),
        (["{{ 标题.__class__ }}"], "填不出来"),
        (["{% include '/etc/passwd' %}"], "不能调用函数、引用别的文件"),
        (["{% set x = 标题.__init__.__globals__ %}{{ x }}"], "填不出来"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(paragraphs, said):
    assert said in mistakes(*paragraphs)[0]


@pytest.mark.parametrize(
    "words",
    [
        "{{ 'x' * 99999999999 }}",
        "{% for a in 主要职能 * 99999 %}{% for b in 主要职能 * 99999 %}{{ a }}{% endfor %}{% endfor %}",
    ],
    ids=["memory", "time"],
)
def test_one_that_never_ends_is_ended(words):
    assert mistakes(words)


def test_a_file_that_is_no_template_is_refused_in_a_sentence():
    with pytest.raises(BadTemplate, match="报告模板填不出来"):
        check_template(b"PK\x03\x04 nothing", KNOWN, SAMPLE)
