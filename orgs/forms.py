"""Signing in and changing the password, in our words, and the code of a second factor."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from orgs.models import User

LONGEST_NAME = User._meta.get_field("username").max_length or 0


class SignInForm(AuthenticationForm):
    """User name and password; the error says what to do and does not say which of the two was wrong."""

    error_messages = {
        "invalid_login": "用户名或密码不对，请重新输入。注意区分大小写。",
        "inactive": "这个账号已停用，请联系管理员。",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"

    def clean(self) -> dict[str, Any]:
        """Refuse a name nobody can have: the record of failed attempts has no room for it."""
        if len(self.cleaned_data.get("username", "")) > LONGEST_NAME:
            raise self.get_invalid_login_error()
        return super().clean()


class NewPasswordForm(PasswordChangeForm):
    """The old password and twice the new one, which is another.

    What is said of the new one tells who guesses whether it is hers: every form that lacks the old one is
    a guess, whatever stands in its place.
    """

    def clean_new_password1(self) -> str:
        """Refuse the password she has."""
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError("新密码和现在的密码相同，请换一个。")
        return password


class CodeForm(forms.Form):
    """A code of the second factor, or a recovery code, however it is typed."""

    code = forms.CharField(
        label="验证码",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )
