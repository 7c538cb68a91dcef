"""Load the reference data the project carries: regions and classifications."""

from typing import Any

from django.core.management.base import BaseCommand

from budgets.category_actions import load_categories
from budgets.reference import classifications, rows_of
from orgs.actions import load_regions


class Command(BaseCommand):
    help = "装入行政区划和政府收支分类科目；可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load every file; running it again changes nothing that is as it should be."""
        regions = load_regions(rows_of("regions_hunan.csv"))
        codes = sum(load_categories(model, shared, rows) for model, shared, rows in classifications())
        if options["verbosity"]:
            self.stdout.write(f"行政区划 {regions} 个，科目 {codes} 个。")
