"""The people of a region: found by what is typed, and listed with their roles."""

from collections.abc import Sequence

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import EmailValidator
from django.db.models import CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Replace

from orgs.models import Membership, Unit, User

USERNAME_RULE = UnicodeUsernameValidator(message="用户名只能用文字、数字和 @ . + - _，请核对。")
EMAIL_RULE = EmailValidator(message="邮箱地址写得不对，请核对，如 name@example.com。")
"""The rules of the model, in our words."""


def people_of(bureaux: Sequence[Unit]) -> QuerySet[User]:
    """Return everybody with a membership within these bureaux' trees, ended ones too."""
    memberships = Membership.objects.within(bureaux).filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(memberships))


def working() -> list[User]:
    """Return everybody who may sign in and has a role today, with the roles read, in two queries."""
    roles = Membership.objects.active().select_related("unit").order_by("pk")
    found = User.objects.filter(Exists(roles.filter(user=OuterRef("pk"))), is_active=True).order_by("pk")
    read = Prefetch("memberships", roles, to_attr="active_memberships")
    return list(found.prefetch_related(read))  # type: ignore[no-redef]  # as the property would read them


def matching(people: QuerySet[User], bureaux: Sequence[Unit], text: str) -> QuerySet[User]:
    """Keep those whose name, user name, pinyin or unit of today matches; all of them for an empty text."""
    if not text:
        return people
    letters = text.lower().replace(" ", "")
    serving = (
        Membership.objects.active()
        .within(bureaux)
        .filter(Q(unit__name__icontains=text) | Q(unit__code__startswith=text), user=OuterRef("pk"))
    )
    in_one_word = Replace(F("name_pinyin"), Value(" "), Value(""), output_field=CharField())
    return people.annotate(pinyin=in_one_word).filter(
        Q(username__icontains=text)
        | Q(full_name__icontains=text)
        | Q(name_initials__startswith=letters)
        | Q(pinyin__startswith=letters)
        | Q(Exists(serving))
    )


def with_roles(people: QuerySet[User], bureaux: Sequence[Unit]) -> QuerySet[User]:
    """Add to each person as `roles_here` what she does within these bureaux today, and put all in order."""
    roles = Membership.objects.active().within(bureaux).select_related("unit").order_by("unit__path", "pk")
    return people.order_by("name_pinyin", "pk").prefetch_related(
        Prefetch("memberships", queryset=roles, to_attr="roles_here")
    )
