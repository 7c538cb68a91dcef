"""Writing down what people do: signing in, taking files out, being refused, being given a role."""

import logging
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from django.db import Error, transaction

from orgs.models import Event, Unit, User
from orgs.permissions import roles_held, roles_in
from orgs.words import in_one_line, storable

_LOG = logging.getLogger(__name__)
LONGEST_NAME: int = Event._meta.get_field("actor_name").max_length or 0
LONGEST_ROLES: int = Event._meta.get_field("roles").max_length or 0
LONGEST_WHAT: int = Event._meta.get_field("what").max_length or 0


def record_event(
    *,
    action: Event.Action,
    what: str = "",
    result: Event.Result = Event.Result.DONE,
    unit: Unit | None = None,
    address: str,
    by: User,
    at: datetime,
) -> Event:
    """Save what `by` did, or was refused, and where it came from; with the roles she holds in the unit.

    Where it is about no unit all her roles are kept, with theirs. A deed calls it within its own transaction:
    both are kept, or neither. What is too long is cut.
    """
    event = _event(action, what, result, unit, address, by, at)
    event.save()
    return event


Refused = tuple[str, Unit | None]
"""What was refused, in words, and the unit it was about; None for none."""
Change = tuple[Event.Action, str, Unit | None]
"""What is done in one of many changes, in words, and the unit it is about; None for none."""


def record_changes(changes: Iterable[Change], *, address: str, by: User, at: datetime) -> None:
    """Save an event for each of many changes, in one statement."""
    done = Event.Result.DONE
    Event.objects.bulk_create(
        _event(action, what, done, unit, address, by, at) for action, what, unit in changes
    )


def _event(
    action: Event.Action,
    what: str,
    result: Event.Result,
    unit: Unit | None,
    address: str,
    by: User,
    at: datetime,
) -> Event:
    roles = "；".join(roles_in(by, unit) if unit else roles_held(by))
    return Event(
        action=action,
        what=_words(what, LONGEST_WHAT),
        result=result,
        actor=by,
        actor_name=by.full_name,
        roles=roles[:LONGEST_ROLES],
        unit=unit,
        address=_address(address),
        at=at,
    )


def circumstances(by: User, unit: Unit) -> dict[str, Any]:
    """Return what `Circumstances` keep of who did it: her roles in the unit, and the address of her request.

    It knows the address by `config.middleware.located`, so that no deed has to be told.
    """
    return {"roles": "；".join(roles_in(by, unit))[:LONGEST_ROLES], "address": _address(by.address)}


def try_to_record(**event: Any) -> None:
    """Save what `record_event` takes beside a page that is answered anyway; without a database, log it."""
    try:
        with transaction.atomic():
            record_event(**event)
    except Error:
        _LOG.exception("An event was not recorded: %s", event)


def try_to_record_refusals(refused: Iterable[Refused], *, address: str, by: User, at: datetime) -> None:
    """Save each deed that a state refused, in one statement beside the answer; without a database, log it."""
    action, result = Event.Action.DEED_REFUSED, Event.Result.REFUSED
    events = [_event(action, what, result, unit, address, by, at) for what, unit in refused]
    try:
        with transaction.atomic():
            Event.objects.bulk_create(events)
    except Error:
        _LOG.exception("Refusals were not recorded: %s", events)


def record_failed_sign_in(
    *, action: Event.Action, username: str, what: str = "", address: str, at: datetime
) -> None:
    """Save a sign-in that was refused: whose account it was for, or the name that is nobody's.

    Nobody is signed in, so no role is kept. Without a database it is logged.
    """
    name = _words(username, LONGEST_NAME)
    try:
        with transaction.atomic():
            person = User.objects.filter(username=name).first()
            Event.objects.create(
                action=action,
                what=what,
                result=Event.Result.REFUSED,
                actor=person,
                actor_name=person.full_name if person else name,
                address=_address(address),
                at=at,
            )
    except Error:
        _LOG.exception("A failed sign-in was not recorded: %s from %s", action, address)


def _words(text: str, longest: int) -> str:
    return in_one_line(storable(text))[:longest]


def _address(text: str) -> str | None:
    """The address as the database keeps one; None where a proxy wrote something else."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None
