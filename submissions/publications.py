"""On which days a return can have been replied to, reviewed, signed off and made public."""

from collections.abc import Mapping
from datetime import date

from submissions.models import Publication

DAYS = ("approval_date", "reply_date", "secrecy_review_date", "sign_off_date", "published_date")
"""The days of a publication, in the order of its form."""


_TITLES = {field.name: field.verbose_name for field in Publication._meta.fields}


def days_of(publication: Publication) -> dict[str, date]:
    """Return its days by name; one that is not known is left out."""
    return {name: day for name in DAYS if (day := getattr(publication, name))}


def mistaken_days(days: Mapping[str, date], fiscal_year: int, today: date) -> dict[str, str]:
    """Return what cannot be of the days of a publication, a sentence by name; {} for nothing.

    What is not given is not compared. All of them come once the year is over, and a day to come is none yet.
    """
    published, replied = days.get("published_date"), days.get("reply_date")
    found = {}
    for name, day in days.items():
        title = _TITLES[name]
        if day.year <= fiscal_year:
            found[name] = f"{title}不会在 {fiscal_year} 年度结束以前，请核对年份。"
        elif name == "published_date" and day > today:
            found[name] = f"{title}还没有到。请在公开以后登记，或者核对日期。"
        elif name != "published_date" and published and day > published:
            found[name] = f"{title}不能晚于公开日期。"
        elif name == "approval_date" and replied and day > replied:
            found[name] = f"{title}不能晚于批复日期。"
    return found
