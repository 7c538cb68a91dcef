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
