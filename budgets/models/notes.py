"""Notes (批注) on single cells of a return."""

from django.db import models
from django.db.models import Q

from budgets.models.guards import line_guards
from orgs.models import User
from submissions.models import Submission


class CellNote(models.Model):
    """What the unit says of one cell, typed or computed: seen by whoever may see the return.

    `row` is the row's name in the pages (`budgets.cells.row_id`), `column` the name of a column or measure.
    The note of a row on a category stays, unseen, when the row is taken out, and is there again with it. A
    row that the unit names is another one when it is entered again: its notes go with it, into its Edit.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="notes", verbose_name="填报")
    schedule = models.CharField("报表", max_length=40)
    row = models.CharField("行", max_length=80)
    column = models.CharField("列", max_length=40)
    text = models.TextField("批注", max_length=500)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="作者")
    author_name = models.CharField("作者姓名", max_length=50)
    at = models.DateTimeField("时间")
    row_version = models.PositiveIntegerField("行版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "schedule", "row", "column"], name="note_once_a_cell"
            ),
            models.CheckConstraint(name="note_says_something", condition=Q(text__regex=r"\S")),
            models.CheckConstraint(name="note_version_from_one", condition=Q(row_version__gte=1)),
        ]
        triggers = line_guards()

    def __str__(self) -> str:
        return self.text
