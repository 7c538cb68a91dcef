"""A person's second factor: an app on her phone that gives a code every half minute, and recovery codes.

What a session still asks for is decided when she signs in and kept in it, so that no page has to look it up.
"""

from base64 import b32encode
from enum import StrEnum

import segno
from django.contrib.sessions.backends.base import SessionBase
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from orgs.models import User
from orgs.permissions import needs_second_factor

STATE = "second_factor"
"""Under what a session keeps it."""


class State(StrEnum):
    """What stands between a signed-in person and the pages."""

    ASKED = "asked"
    """She has a second factor and has not given its code."""
    MISSING = "missing"
    """Her role demands one and she has none."""
    GIVEN = "given"
    """She has given the code."""


def device_of(user: User) -> TOTPDevice | None:
    """Return her app, None when she has none."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def begun_device_of(user: User) -> TOTPDevice | None:
    """Return the app that she has begun to set up and not confirmed; None without one."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def codes_left(user: User) -> int:
    """Return how many of her recovery codes are not used."""
    return StaticToken.objects.filter(device__user=user).count()


def ask(session: SessionBase, user: User) -> State | None:
    """Keep in a new session what it asks for, and return that; None for nothing.

    One in which the same person gave her code before does not ask again.
    """
    if session.get(STATE) == State.GIVEN:
        return State.GIVEN
    if device_of(user):
        session[STATE] = State.ASKED.value
    elif needs_second_factor(user):
        session[STATE] = State.MISSING.value
    else:
        session.pop(STATE, None)
    return state_of(session)


def state_of(session: SessionBase) -> State | None:
    """Return what a session asks for, None for nothing."""
    return State(session[STATE]) if STATE in session else None


def secret_of(device: TOTPDevice) -> str:
    """Return the secret as it is typed into an app, in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def picture_of(device: TOTPDevice) -> SafeString:
    """Return the secret as a QR code, in SVG; nothing a person wrote stands in it as text."""
    drawn = segno.make(device.config_url, error="m").svg_inline(scale=4)
    return mark_safe(drawn)
