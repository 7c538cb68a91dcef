"""Remove the files of bulk exports that were made a week ago; `manage.py daily` does so."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from performance.bulk_export_actions import drop_old_exports


class Command(BaseCommand):
    help = "删除一周前批量导出的文件；每天的任务（daily）会做这件事。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove them, and say how many where there were any."""
        if removed := drop_old_exports(at=timezone.now()):
            self.stdout.write(f"已删除 {removed} 个到期的批量导出文件。")
