"""Figures in templates: the cells of a row by name, and the sign of percent."""

from decimal import Decimal

from django import template

from budgets.last_year_plans import CarriedRow
from budgets.money import AmountUnit, amount_text
from budgets.returns import Column, ColumnKind
from budgets.rows import MeasuredRow
from budgets.tables import Cells

register = template.Library()


@register.filter
def cells(measured: MeasuredRow, unit: str) -> Cells:
    """Return a row's five figures and all measures as printed in `unit` ("yuan" or "wan"), by name."""
    return Cells(measured, AmountUnit(unit))


@register.filter
def percent(rate: str) -> str:
    """Add the sign of percent to a printed rate; "—" stays alone."""
    return rate if rate == "—" else f"{rate} %"


@register.filter
def amount(yuan: Decimal, unit: str) -> str:
    """Print an amount of yuan in `unit`, as the tables print it."""
    return amount_text(yuan, AmountUnit(unit))


@register.filter
def signed_amount(yuan: Decimal, unit: str) -> str:
    """Print a difference of yuan in `unit`, with its sign."""
    return amount_text(yuan, AmountUnit(unit), signed=True)


@register.filter
def yuan_text(text: str, unit: str) -> str:
    """Print an amount that a record keeps as text in yuan."""
    return amount_text(Decimal(text), AmountUnit(unit))


@register.simple_tag
def carried_figure(row: CarriedRow, column: Column, unit: str) -> str:
    """Print a figure of last year that comes over with a row; "—" for none."""
    figure = row.figures.get(column.name)
    if figure is None or column.kind is ColumnKind.AMOUNT:
        return amount_text(figure, AmountUnit(unit))
    return f"{figure:,}"
