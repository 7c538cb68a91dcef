"""Make a synthetic region: units of all kinds, with their returns over some years, all made up."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from orgs.actions import appoint
from orgs.models import Membership, Region, Unit, User
from performance.region.units import LABEL
from performance.region_actions import seed_region
from performance.region_override_actions import let_errors_pass
from performance.region_problem_actions import write_problems
from submissions.workflow import LAST_DESK, Side

LAST_YEAR = 2023
REGION, BUREAU = "431103", "901"
MOST_CHECKED = 200
"""Of so many returns the errors are found and let pass; a large region would take too long."""


class Command(BaseCommand):
    help = "生成一个合成地区：各类单位、几个年度的填报，全部数据都是编造的；只在演示模式下可用，只能做一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how much is made up, and from what."""
        parser.add_argument("--units", type=int, default=40, help="单位数（默认 40）")
        parser.add_argument("--years", type=int, default=3, help="年度数，最后一年是 2023（默认 3）")
        parser.add_argument("--seed", type=int, default=1, help="随机种子：相同的种子生成相同的数据")
        parser.add_argument("--region", default=REGION, help="行政区划代码（默认 431103）")

    @transaction.atomic
    def handle(
        self, *args: Any, units: int, years: int, seed: int, region: str, verbosity: int, **options: Any
    ) -> None:
        """Make it up in one transaction; where it is there already, nothing happens."""
        if not settings.DEMO:
            raise CommandError("合成数据只能在演示模式下生成（设置环境变量 DEMO=1）。")
        if units < 1 or not 1 <= years <= 10:
            raise CommandError("--units 至少是 1，--years 是 1 到 10。")
        place = Region.objects.filter(code=region).first()
        people = User.objects.in_bulk(["he", "wu", "qian"], field_name="username")
        if place is None or len(people) < 3:
            raise CommandError(
                "没有这个行政区划，或还没有装入演示账号：请先运行 load_reference 和 load_demo。"
            )
        if Unit.objects.filter(region=place).exists():
            if verbosity:
                self.stdout.write(f"{place}已经有单位，没有改动。")
            return
        now = timezone.now()
        bureau = Unit.objects.create(
            region=place, kind=Unit.Kind.BUREAU, code=BUREAU, name=f"{place.name}财政局{LABEL}"
        )
        roles = {
            "he": Membership.Role.DIVISION,
            "wu": Membership.Role.PERFORMANCE_OFFICE,
            "qian": Membership.Role.ADMINISTRATOR,
        }
        for name, role in roles.items():
            appoint(user=people[name], unit=bureau, role=role, at=now)
        count = seed_region(
            bureau=bureau,
            staff={Side.DIVISION: people["he"], LAST_DESK: people["wu"]},
            units=units,
            years=range(LAST_YEAR - years + 1, LAST_YEAR + 1),
            seed=seed,
            at=now,
            say=self.stderr.write if verbosity > 1 else lambda text: None,
        )
        rounds = list(bureau.rounds.all())
        write_problems(rounds=rounds, seed=seed, by=people["wu"], at=now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        if count <= MOST_CHECKED:
            let_errors_pass(rounds=rounds, by=people["wu"], at=now)
        if verbosity:
            self.stdout.write(
                f"已生成{place}的 {units} 个单位、{years} 个年度、{count} 份填报，全部是合成数据。"
            )
