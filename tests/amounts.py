"""Random amounts, the same on every run: what goes through every door by which amounts come in and go out."""

import random
from decimal import Decimal

from budgets.money import AmountUnit, exact_text


def random_amounts(count: int, seed: int = 5) -> list[Decimal]:
    """Return amounts of yuan to the fen, of every length up to thirteen digits before the point, half negative."""
    chance = random.Random(seed)
    fen = (chance.choice((1, -1)) * chance.randrange(10 ** chance.randint(1, 15)) for _ in range(count))
    edges = [Decimal("9999999999999.99"), Decimal("-9999999999999.99"), Decimal("0.01"), Decimal("0.00")]
    return [*edges, *(Decimal(each).scaleb(-2) for each in fen)][:count]


def as_typed(amount: Decimal, unit: AmountUnit, way: int) -> str:
    """Return an amount as one of the ways in which people write it."""
    plain = exact_text(amount, unit)
    whole, point, decimals = plain.removeprefix("-").partition(".")
    grouped = f"{int(whole):,}{point}{decimals}"
    minus = plain.startswith("-")
    ways = (
        plain,
        ("−" if minus else "") + grouped,
        f"（{grouped}）" if minus else f"￥{grouped}",
        plain.translate({ord(each): chr(ord(each) + 0xFEE0) for each in "0123456789.-"}),
        f"\u200b {plain} {unit.label}",
        f"={plain}",
    )
    return ways[way % len(ways)]
