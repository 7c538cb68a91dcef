"""Signing in and out, personal settings; the people and units of a region, for its administrator."""

from django.urls import path

from orgs.views.email import change_email
from orgs.views.people import (
    add_person,
    end_role,
    give_role,
    lock_account,
    people,
    person,
    reset_password,
    set_email,
    stop_factor,
    unlock_account,
)
from orgs.views.people_uploads import apply_people, download_people_template, preview_people, upload_people
from orgs.views.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    enter_code,
    second_factor,
    stop_second_factor,
)
from orgs.views.signing_in import change_password, choose_amount_unit, sign_in, sign_out
from orgs.views.units import add_unit, rename_unit, units

PERSON = "people/<int:person_id>/"

urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("password/", change_password, name="change_password"),
    path("email/", change_email, name="change_email"),
    path("second-factor/", second_factor, name="second_factor"),
    path("second-factor/begin/", begin_second_factor, name="begin_second_factor"),
    path("second-factor/confirm/", confirm_second_factor, name="confirm_second_factor"),
    path("second-factor/stop/", stop_second_factor, name="stop_second_factor"),
    path("code/", enter_code, name="enter_code"),
    path("amount-unit/", choose_amount_unit, name="choose_amount_unit"),
    path("people/", people, name="people"),
    path("people/add/", add_person, name="add_person"),
    path(PERSON, person, name="person"),
    path(f"{PERSON}roles/", give_role, name="give_role"),
    path(f"{PERSON}roles/<int:membership_id>/end/", end_role, name="end_role"),
    path(f"{PERSON}reset-password/", reset_password, name="reset_password"),
    path(f"{PERSON}email/", set_email, name="set_email"),
    path(f"{PERSON}stop-factor/", stop_factor, name="stop_factor"),
    path(f"{PERSON}lock/", lock_account, name="lock_account"),
    path(f"{PERSON}unlock/", unlock_account, name="unlock_account"),
    path("people/template/", download_people_template, name="download_people_template"),
    path("people/uploads/", upload_people, name="upload_people"),
    path("people/uploads/<int:upload_id>/", preview_people, name="preview_people"),
    path("people/uploads/<int:upload_id>/apply/", apply_people, name="apply_people"),
    path("units/", units, name="units"),
    path("units/add/", add_unit, name="add_unit"),
    path("units/<int:unit_id>/rename/", rename_unit, name="rename_unit"),
]
