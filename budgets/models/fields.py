"""The types of figures, as PostgreSQL keeps them."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models


class YuanField(models.DecimalField):
    """An amount in yuan or NULL (not reported), kept by the PostgreSQL domain `yuan`.

    The domain stands on unconstrained numeric because numeric(15,2) would round a third decimal and take
    NaN. It refuses fractions of a fen, NaN, infinities and 10¹³ or more; negatives are allowed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_digits": 15, "decimal_places": 2, "null": True, "blank": True}
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        """Return the domain."""
        return "yuan"

    def cast_db_type(self, connection: Any) -> str:
        """Return the type for casts, which must not round either."""
        return "numeric"


class CountField(models.PositiveIntegerField):
    """A whole number of persons, vehicles or groups, or NULL (not reported); never negative."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"null": True, "blank": True}
        super().__init__(*args, **kwargs)


class AreaField(models.DecimalField):
    """Square metres (㎡) with two decimals, or NULL (not reported), kept by the domain `square_metres`.

    As `yuan` does, it refuses a third decimal and NaN, and negatives too.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {
            "max_digits": 12,
            "decimal_places": 2,
            "null": True,
            "blank": True,
            "validators": [MinValueValidator(0)],
        }
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        """Return the domain."""
        return "square_metres"

    def cast_db_type(self, connection: Any) -> str:
        """Return the type for casts, which must not round either."""
        return "numeric"
