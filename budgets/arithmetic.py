"""What is typed in a cell after "=": + − × ÷ and brackets, worked out exactly or not at all.

Pure: imports neither Django nor openpyxl. static/grid/arithmetic.js says the same.
"""

import re
from decimal import Decimal
from fractions import Fraction

_TOKEN = re.compile("[ \u3000]*([0-9]+(?:\\.[0-9]*)?|[-+*/×÷()])")
LONGEST = 200
"""So many characters an expression may have."""
PLACES = 20
"""A quotient with more decimals counts as one that never ends."""


class ArithmeticMistake(ValueError):
    """An expression cannot be worked out; carries the end of a Chinese sentence that begins by quoting it."""


def evaluate(expression: str) -> Decimal:
    """Return what an expression comes to, exactly.

    Raises ArithmeticMistake for one that cannot be read or divides by zero, or whose quotient never ends.
    """
    tokens = _tokens(expression)
    try:
        value, rest = _sum(tokens, 0)
    except ZeroDivisionError:
        raise ArithmeticMistake("的除数是 0，请改一改。") from None
    except (IndexError, ValueError):
        value, rest = Fraction(), -1
    if not tokens or rest != len(tokens):
        raise ArithmeticMistake("算不出来：等号后只能有数字、+ − × ÷ 和括号。")
    scaled = value * 10**PLACES
    if scaled.denominator != 1:
        raise ArithmeticMistake("除不尽，系统不替您四舍五入，请直接填一个数。")
    digits = tuple(map(int, str(abs(scaled.numerator))))
    return Decimal((int(scaled < 0), digits, -PLACES))


def _tokens(expression: str) -> list[str]:
    """Return the numbers, signs and brackets of an expression; [] for one that holds anything else."""
    found: list[str] = []
    at = 0
    while (match := _TOKEN.match(expression, at)) and len(expression) <= LONGEST:
        found.append(match[1])
        at = match.end()
    return [] if expression[at:] else found


def _sum(tokens: list[str], at: int) -> tuple[Fraction, int]:
    value, at = _product(tokens, at)
    while at < len(tokens) and tokens[at] in "+-":
        sign, (term, at) = tokens[at], _product(tokens, at + 1)
        value = value + term if sign == "+" else value - term
    return value, at


def _product(tokens: list[str], at: int) -> tuple[Fraction, int]:
    value, at = _factor(tokens, at)
    while at < len(tokens) and tokens[at] in "*/×÷":
        sign, (factor, at) = tokens[at], _factor(tokens, at + 1)
        value = value * factor if sign in "*×" else value / factor
    return value, at


def _factor(tokens: list[str], at: int) -> tuple[Fraction, int]:
    """A number, a bracket, or either after its sign; raises IndexError or ValueError for neither."""
    if tokens[at] in "+-":
        value, after = _factor(tokens, at + 1)
        return (value if tokens[at] == "+" else -value), after
    if tokens[at] == "(":
        value, after = _sum(tokens, at + 1)
        if tokens[after] != ")":
            raise ValueError
        return value, after + 1
    return Fraction(tokens[at].rstrip(".")), at + 1
