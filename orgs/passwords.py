"""What a password of our own must be beside Django's rules, and when another is due."""

import string
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.models import Event, PasswordRecord, User

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_NAMES = "大写字母、小写字母、数字、其他字符（符号、汉字）"


class LongEnough(MinimumLengthValidator):
    """Django's rule, in our words: its own are not translated."""

    def get_error_message(self) -> str:
        """Say what is wrong, and the rule."""
        return f"密码太短，至少要有 {self.min_length} 个字符。"


class SeveralClasses:
    """Characters of several of four classes: small and capital letters, digits, all others."""

    def __init__(self, least: int):
        self.least = least

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError when there are fewer classes."""
        found = sum(any(each in letters for each in password) for letters in _CLASSES)
        found += any(each not in "".join(_CLASSES) for each in password)
        if found < self.least:
            raise ValidationError(f"密码只有 {found} 类字符。{self.get_help_text()}")

    def get_help_text(self) -> str:
        """Say the rule."""
        return f"{_NAMES}，至少要有 {self.least} 类。"


class NotAmongTheLast:
    """None of the passwords she had last, the present one among them."""

    def __init__(self, number: int):
        self.number = number

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for one of them; somebody who is not saved yet had none."""
        if user is None or user.pk is None:
            return
        had = PasswordRecord.objects.last_of(user, self.number)
        hashes = {user.password, *(record.hashed for record in had)}
        if any(check_password(password, each) for each in hashes):
            raise ValidationError(f"这个密码用过。{self.get_help_text()}")

    def get_help_text(self) -> str:
        """Say the rule."""
        return f"不能与最近 {self.number} 次用过的密码相同。"


def has_guessed_too_often(user: User, at: datetime) -> bool:
    """Whether she, or who sits at her session, did not know the password to be changed, time and again.

    As often as a sign-in may fail within the same time; what was before she signed in last does not count.
    """
    since = max(at - settings.AXES_COOLOFF_TIME, user.last_login or at)
    guesses = Event.objects.filter(
        actor=user, action=Event.Action.PASSWORD_CHANGED, result=Event.Result.REFUSED, at__gte=since
    )
    return guesses.count() >= settings.AXES_FAILURE_LIMIT


def password_is_due(user: User) -> bool:
    """Whether her password was too old when she signed in, so that she must choose another now.

    One that gets too old while she works is due when she signs in again. Without a rule, and for a demo
    account, whose password is fixed, it never is.
    """
    days = settings.PASSWORD_RULES.days
    if not days or user.is_demo:
        return False
    signed_in_at = user.last_login or timezone.now()
    return user.password_changed_at <= signed_in_at - timedelta(days=days)
