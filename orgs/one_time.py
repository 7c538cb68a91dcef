"""Passwords that are read from a screen or a sheet, typed once, and changed."""

import secrets

_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other: i, l, o, 0, 1."""


def one_time_password() -> str:
    """Return a new one: four groups of four signs, drawn from 31, as in k7mf-x2pq-9rtz-ha4n."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
