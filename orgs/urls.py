"""Signing in and out, and personal settings."""

from django.urls import path

from orgs.views.signing_in import change_password, choose_amount_unit, sign_in, sign_out

urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("password/", change_password, name="change_password"),
    path("amount-unit/", choose_amount_unit, name="choose_amount_unit"),
]
