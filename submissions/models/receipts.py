"""What a unit is given for having handed its return in."""

import pgtrigger
from django.db import models
from django.db.models import Q

from orgs.append_only import AppendOnly
from orgs.guards import Guard, only_added
from submissions import workflow
from submissions.models.records import Transition
from submissions.models.submissions import Submission


class Receipt(AppendOnly):
    """That a return was handed in (回执): its number, its main figures, the digest of all it said.

    When, by whom and to which desk says its step. It is written in the transaction that hands in.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="receipts", verbose_name="填报")
    step = models.OneToOneField(Transition, models.PROTECT, related_name="receipt", verbose_name="报送")
    number = models.CharField("回执编号", max_length=60, unique=True)
    unit_name = models.CharField("单位", max_length=100)
    """As it was called then."""
    totals = models.JSONField("主要数据")
    """Pairs of label and figure as printed."""
    sha256 = models.CharField("数据摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "回执"
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="receipt_has_a_digest")
        ]
        triggers = [
            *only_added("Cannot update or delete rows: receipts are only added"),
            Guard(
                name="of_a_handing_in",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (
                        SELECT FROM submissions_transition
                         WHERE id = NEW.step_id AND submission_id = NEW.submission_id
                           AND action = '{workflow.Action.SUBMIT}'
                    ) THEN
                        RAISE EXCEPTION 'a receipt is of the handing in of its return'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number
