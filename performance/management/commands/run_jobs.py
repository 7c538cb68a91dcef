"""The worker: makes bulk exports one after another, and takes up again what a killed worker left behind."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

HEARTBEAT, STALLED = 3, 12
"""Seconds between two signs of life of a worker, and after how many without one its job is another's."""
SWEEP = 3
"""Seconds between two looks for such jobs."""
BESIDE_OTHERS = 10
"""How much it gives way to the processes that answer requests (nice)."""


class Command(BaseCommand):
    help = "后台作业：逐个完成批量导出。网站启动时会自动运行它；单独部署时用服务管理器保持它一直运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop (SIGINT, SIGTERM); then the return under way is finished and no other."""
        _give_way()
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            asyncio.run(_work())


def _give_way() -> None:
    """Leave the processor to whoever answers requests.

    Where Linux shares it out by sessions, each of which counts as one, the worker's own is set back too.
    """
    os.nice(BESIDE_OTHERS)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(BESIDE_OTHERS))


async def _work() -> None:
    """Take jobs as they come, and sweep beside; where one of both fails the process ends."""
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=1,
                delete_jobs="always",
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                shutdown_graceful_timeout=0,
            )
        )
        sweeper = asyncio.create_task(_sweep())
        done, _ = await asyncio.wait([worker, sweeper], return_when=asyncio.FIRST_COMPLETED)
        sweeper.cancel()
        worker.cancel()
        await asyncio.wait([worker])
        for each in done:
            each.result()


async def _sweep() -> None:
    """Give the jobs of workers without a sign of life to whoever is free."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            with suppress(ConnectorException):  # another worker's sweep, or its end, came first
                await app.job_manager.retry_job(job)
        await asyncio.sleep(SWEEP)
