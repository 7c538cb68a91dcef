"""The texts of a return that no figure can say."""

from django.db import models

from budgets.models.guards import line_guards
from orgs.append_only import AppendOnly, at_some_time
from orgs.guards import only_added
from orgs.models import User
from submissions.models import Submission

LONGEST = 10_000
"""What a section of the report has at most; the longest of the real report has 2,300 characters."""
LONGEST_IN_FORM = 2000
"""What is printed in a cell of an official form has at most."""


class ReturnText(models.Model):
    """One text of a return: 厉行节约保障措施 of the base data form, or a section of the report.

    The sections stand in the order of the report. Their names are no names of schedules: an edit, a review
    point and an attached file say by one name which schedule or text they are about.
    """

    # Source: outline of the report text, forms.md d.
    class Name(models.TextChoices):
        THRIFT_MEASURES = "thrift_measures", "厉行节约保障措施"
        DUTIES = "duties", "主要职能"
        ORGANISATION = "organisation", "机构设置"
        STAFFING = "staffing", "人员编制"
        OVERALL_SPENDING = "overall_spending", "整体支出情况"
        BUDGET_AND_OUTTURN = "budget_and_outturn", "预算收支决算情况"
        THREE_PUBLIC_USE = "three_public_use", "“三公”经费支出使用和管理情况"
        BASIC_SPENDING = "basic_spending", "基本支出情况"
        PROJECT_SPENDING = "project_spending", "项目支出情况"
        GOVERNMENT_FUND = "government_fund", "政府性基金预算支出情况"
        STATE_CAPITAL = "state_capital", "国有资本经营预算支出情况"
        SOCIAL_INSURANCE = "social_insurance", "社会保险基金预算支出情况"
        RESULTS = "results", "部门整体支出绩效情况"
        PROBLEMS = "problems", "存在的问题及原因分析"
        IMPROVEMENTS = "improvements", "下一步改进措施"
        DISCLOSURE = "disclosure", "绩效自评结果拟应用和公开情况"
        OTHER_MATTERS = "other_matters", "其他需要说明的情况"

        @property
        def is_section(self) -> bool:
            """Whether it is a section of the report."""
            return self is not ReturnText.Name.THRIFT_MEASURES

        @property
        def longest(self) -> int:
            """How many characters it has at most."""
            return LONGEST if self.is_section else LONGEST_IN_FORM

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="texts", verbose_name="填报")
    name = models.CharField("文字", max_length=40, choices=Name)
    text = models.TextField("内容", blank=True, max_length=LONGEST)
    row_version = models.PositiveIntegerField("行版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "填报文字"
        constraints = [
            models.UniqueConstraint(fields=["submission", "name"], name="text_once"),
            models.CheckConstraint(
                name="text_name_known",
                condition=models.Q(
                    name__in=[
                        "thrift_measures",
                        "duties",
                        "organisation",
                        "staffing",
                        "overall_spending",
                        "budget_and_outturn",
                        "three_public_use",
                        "basic_spending",
                        "project_spending",
                        "government_fund",
                        "state_capital",
                        "social_insurance",
                        "results",
                        "problems",
                        "improvements",
                        "disclosure",
                        "other_matters",
                    ]
                ),
            ),
            models.CheckConstraint(name="text_version_from_one", condition=models.Q(row_version__gte=1)),
        ]
        triggers = line_guards()

    def __str__(self) -> str:
        return self.get_name_display()


class TextReading(AppendOnly):
    """That somebody read a text that came over from last year as it was, and lets it stand: who and when.

    It holds for the text as it was then: one that is changed and changed back is to be read again. It is no
    part of what the return says, so that it goes into no snapshot and along to no revision.
    """

    text = models.ForeignKey(ReturnText, models.PROTECT, related_name="readings", verbose_name="文字")
    row_version = models.PositiveIntegerField("行版本")
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=50)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "读过的上年文字"
        constraints = [
            at_some_time("text_reading"),
            models.UniqueConstraint(fields=["text", "row_version"], name="text_read_once"),
        ]
        triggers = only_added("Cannot update or delete rows: readings are only added")

    def __str__(self) -> str:
        return f"{self.at} {self.actor_name}"


SECTIONS = tuple(name for name in ReturnText.Name if name.is_section)
"""The sections of the report in its order."""
