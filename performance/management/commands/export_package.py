"""Write everything that is made from a unit's return into a folder: its forms and its report."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from performance.packages import files_of
from performance.snapshots import check_as_approved
from performance.word.filling import BadTemplate
from submissions.actions import Refused
from submissions.models import Submission


class Command(BaseCommand):
    help = "把一个单位某年度的全套自评材料（表格和报告）写到一个文件夹：审核通过的一版，没有的取最新一版。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the unit's code, the fiscal year and the folder."""
        parser.add_argument("unit_code", help="预算单位编码，如 224001")
        parser.add_argument("year", type=int, help="年度，如 2023")
        parser.add_argument("-o", "--output", type=Path, required=True, help="写到哪个文件夹；没有就新建")
        parser.add_argument("--region", default="", help="行政区划代码；不同地区有相同单位编码时需要")

    def handle(
        self, *args: Any, unit_code: str, year: int, output: Path, region: str, **options: Any
    ) -> None:
        """Write the files and print their names; raise CommandError where they cannot be made or written."""
        submission = _submission(unit_code, year, region)
        try:
            check_as_approved([submission])
            files = files_of(submission)
        except (Refused, BadTemplate) as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            output.mkdir(parents=True, exist_ok=True)
            for file in files:
                (output / file.name).write_bytes(file.content)
        except OSError as error:
            raise CommandError(f"写不进文件夹 {output}：{error.strerror}。请换一个文件夹。") from error
        for file in files:
            self.stdout.write(file.name)


def _submission(code: str, year: int, region: str) -> Submission:
    """Return the approved return of a unit, else its newest revision."""
    found = Submission.objects.of_unit(code, year).for_workspace()
    if region:
        found = found.filter(unit__region__code=region)
    submissions = list(found)
    if not submissions:
        raise CommandError(f"没有找到单位 {code} 的 {year} 年度填报。")
    if len({submission.unit_id for submission in submissions}) > 1:
        raise CommandError(f"有几个地区都有编码为 {code} 的单位，请用 --region 指定行政区划代码。")
    return next((each for each in submissions if each.is_effective), submissions[0])
