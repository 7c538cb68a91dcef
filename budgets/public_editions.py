"""What an edition says of the public final-accounts tables (部门决算公开表).

Pure: imports neither Django nor openpyxl.
"""

from dataclasses import dataclass
from enum import StrEnum


class PublicKind(StrEnum):
    """The tables, whatever their titles and their order."""

    TOTALS = "totals"
    REVENUE = "revenue"
    EXPENDITURE = "expenditure"
    FISCAL_TOTALS = "fiscal_totals"
    GENERAL_PUBLIC = "general_public"
    BASIC = "basic"
    GOVERNMENT_FUND = "government_fund"
    STATE_CAPITAL = "state_capital"
    THREE_PUBLIC = "three_public"


@dataclass(frozen=True, slots=True)
class PublicTable:
    """One table of an edition: which it is, its title, and what it says where there is nothing to say."""

    kind: PublicKind
    title: str
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class PublicEdition:
    """The tables in their order, which numbers them, and the functions of expenditure in theirs."""

    tables: tuple[PublicTable, ...]
    functions: tuple[tuple[str, str], ...]
    """Code and name of every 类 of the tables of totals, with its numeral."""
