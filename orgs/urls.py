"""Signing in and out, and personal settings."""

from django.urls import path

from orgs.views.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    enter_code,
    second_factor,
    stop_second_factor,
)
from orgs.views.signing_in import change_password, choose_amount_unit, sign_in, sign_out

urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("password/", change_password, name="change_password"),
    path("second-factor/", second_factor, name="second_factor"),
    path("second-factor/begin/", begin_second_factor, name="begin_second_factor"),
    path("second-factor/confirm/", confirm_second_factor, name="confirm_second_factor"),
    path("second-factor/stop/", stop_second_factor, name="stop_second_factor"),
    path("code/", enter_code, name="enter_code"),
    path("amount-unit/", choose_amount_unit, name="choose_amount_unit"),
]
