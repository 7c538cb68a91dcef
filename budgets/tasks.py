"""The job of procrastinate that imports initial budgets of many units, which a worker takes."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from budgets.initial_budget_actions import JOB, carry_out_budget_upload

AGAIN_AFTER = 5
"""Seconds until a job is taken up again that something outside kept from its end."""


@app.task(name=JOB, pass_context=True, retry=RetryStrategy(wait=AGAIN_AFTER))
def carry_out(context: JobContext, *, upload_id: int) -> None:
    """Import it: in one transaction, so that a worker that is killed leaves nothing half done."""
    attempt = context.job.attempts + 1 if context.job else 1
    carry_out_budget_upload(upload_id=upload_id, attempt=attempt)
