"""The deeds on a person's second factor."""

import secrets
import unicodedata
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from orgs.models import User

RECOVERY_CODES = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read as one another."""
_DIGITS = 6


class WrongCode(Exception):
    """The code is not taken; carries one Chinese sentence that says what to do."""


@transaction.atomic
def begin_second_factor(*, by: User, at: datetime) -> TOTPDevice:
    """Make a new secret that she puts into her app; one that she had begun is thrown away.

    Raises WrongCode when she has a second factor already.
    """
    devices = _locked(by)
    if devices.filter(confirmed=True).exists():
        raise WrongCode("您已经启用了二次验证。要换手机，请先停用，再重新启用。")
    devices.delete()
    device: TOTPDevice = TOTPDevice.objects.create(user=by, name="app", confirmed=False)
    return device


def confirm_second_factor(*, code: str, by: User, at: datetime) -> list[str]:
    """Take a code of the app she set up: from now on it is asked for. Return her recovery codes.

    They are kept hashed alone, so nobody sees them again. Raises WrongCode.
    """
    with transaction.atomic():
        device = _locked(by).filter(confirmed=False).first()
        if device and device.verify_token(_plain(code)):
            TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
            return _new_recovery_codes(by)
    raise WrongCode("验证码不对。请看手机上现在显示的六位数字，并核对手机的时间。")


def check_code(*, code: str, by: User, at: datetime) -> None:
    """Take a code of her app, or one of her recovery codes, which is used up by it.

    Raises WrongCode, which leaves a trace: after each wrong one she has to wait twice as long.
    """
    plain = _plain(code)
    is_of_app = plain.isascii() and plain.isdigit() and len(plain) == _DIGITS
    with transaction.atomic():
        apps = _locked(by).filter(confirmed=True)
        spare = StaticDevice.objects.select_for_update().filter(user=by)
        device = apps.first() if is_of_app else spare.first()
        waits = device is not None and not device.verify_is_allowed()[0]
        if device and device.verify_token(plain if is_of_app else _hashed(plain)):
            return
    if waits:
        raise WrongCode("连续输错，要等一会儿才能再试。等待时间随次数加倍，请稍后再输。")
    raise WrongCode("验证码不对。请输入手机上现在显示的六位数字，或一个没有用过的恢复码。")


def stop_second_factor(*, code: str, by: User, at: datetime) -> None:
    """Do without a second factor from now on; a code shows that it is she. Raises WrongCode."""
    check_code(code=code, by=by, at=at)
    drop_second_factor(user=by, by=by, at=at)


@transaction.atomic
def drop_second_factor(*, user: User, by: User, at: datetime) -> bool:
    """Take a person's second factor away, as when her phone is lost; return whether she had one.

    Who may do that to another is for the caller to say, and to record.
    """
    StaticDevice.objects.filter(user=user).delete()
    deleted, _ = _locked(user).delete()
    return bool(deleted)


def _locked(user: User) -> Any:
    """Her apps, once nobody else is trying a code or changing them."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return TOTPDevice.objects.filter(user=user)


def _new_recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_hashed(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _plain(code: str) -> str:
    """A code as it is compared, however it was typed: 全角, with blanks, with hyphens."""
    return "".join(each for each in unicodedata.normalize("NFKC", code).lower() if each.isalnum())


def _hashed(code: str) -> str:
    """A recovery code as it is kept: 64 bits of its digest, which is all that the table has room for."""
    return sha256(code.encode()).hexdigest()[:16]
