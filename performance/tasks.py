"""The jobs of procrastinate, which a worker (`manage.py run_jobs`) takes."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from performance.bulk_export_actions import JOB, Stopped, carry_on_export

AGAIN_AFTER = 5
"""Seconds until a job is taken up again that something outside kept from its end."""


@app.task(name=JOB, pass_context=True, retry=RetryStrategy(wait=AGAIN_AFTER))
def carry_on(context: JobContext, *, export_id: int) -> None:
    """Make a bulk export, or what is left to make of it; a worker that stops leaves it to the next one."""
    try:
        carry_on_export(export_id=export_id, should_stop=context.should_abort)
    except Stopped as stopped:
        raise JobAborted from stopped
