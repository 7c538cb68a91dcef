"""Days as people write them. static/grid/dates.js says the same.

Pure: imports neither Django nor openpyxl.
"""

import re
from datetime import date

from budgets.money import shorten

# Not NFKC, which turns "①" into a digit.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("。"): "."}
_FORMS = [
    re.compile(form)
    for form in (
        r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})",
        r"(?:(?P<year>[0-9]{4})年)?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    )
]
_BLANK = {"", "-", "—", "——"}


class DateError(ValueError):
    """What was typed is no day of the year; carries one Chinese sentence that says what to do."""


def parse_date(text: str, year: int) -> date | None:
    """Return the day of the fiscal year a person means by `text`; None for blank or a dash.

    Understands 2023-6-1, 2023/6/1, 2023.6.1, 2023年6月1日, 6月1日 (of `year`) and 20230601, in full-width
    digits too. Raises DateError for anything else, for a day the calendar does not have, and for one of
    another year.
    """
    plain = "".join(text.translate(_HALF_WIDTH).split())
    if plain in _BLANK:
        return None
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if not found:
        raise DateError(f"“{shorten(text)}”不是日期，请写成 {year}-06-01 这样。")
    try:
        day = date(int(found["year"] or year), int(found["month"]), int(found["day"]))
    except ValueError:
        raise DateError(f"没有“{shorten(text)}”这一天，请核对。") from None
    if day.year != year:
        raise DateError(f"“{shorten(text)}”不在 {year} 年内，请核对。")
    return day
