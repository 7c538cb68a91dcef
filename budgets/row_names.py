"""What stored rows are called in pages, workbooks and adjustments."""

from typing import Any


def line_id(line: Any) -> str:
    """Return a stored row's name: by category with fund and nature, by item, or by number."""
    category = getattr(line, "category_id", None) or getattr(line, "economic_category_id", None)
    if category:
        return category_id(category, getattr(line, "fund", ""), getattr(line, "nature", ""))
    return getattr(line, "item", "") or f"line-{line.pk}"


def category_id(category: int, fund: str = "", nature: str = "") -> str:
    """Return the name of a row by category: "123-general_public-basic"."""
    return f"{category}-{fund}-{nature}"


def codes_above(line: Any) -> list[str]:
    """Return the codes of the 类 and 款 a stored row by category is a part of, from the top down.

    `line` is read `with_codes`. A row that states fund or nature is a part of its own 类 or 款, too.
    """
    longest = len(line.code) - is_plain(line)
    return [line.code[:length] for length in (3, 5) if length <= longest]


def is_plain(line: Any) -> bool:
    """Whether a stored row states neither fund nor nature, so that it may be the subtotal of others."""
    return not line.fund and not line.nature
