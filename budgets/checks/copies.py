"""Whether the goal of a return is word for word another unit's: compared by the database, by prints of texts.

A print is the digest of a text without blanks and punctuation; numbers count. Texts of fewer than `LEAST`
letters are nobody's own words. The other unit's return of the round must be out of its hands and not
superseded, and its last handing in, since which it says what it does, before the first of this one: who was
first is never asked. With what words it was handed in earlier is not known, and nothing is said. Goals belong
to an app above this one, which indexes the same expression.
"""

from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import MD5, Coalesce, Length
from django.db.models.lookups import GreaterThanOrEqual

from submissions.models import Submission, Transition
from submissions.querysets import SubmissionQuerySet
from submissions.workflow import EDITABLE, SUPERSEDED, Action

TEXTS = ("expected", "achieved")
"""The texts of a goal that are compared, each with the same one of another unit."""
LEAST = 40
"""So many letters a text has that is compared."""
_LAST = 2**63 - 1


def _letters(text: str | Combinable) -> Func:
    """A text without blanks, line ends and punctuation."""
    removed = (Value("[ \t\r\n\u3000，。、；：！？,;:!?]"), Value(""), Value("g"))
    return Func(
        F(text) if isinstance(text, str) else text,
        *removed,
        function="regexp_replace",
        output_field=CharField(),
    )


def print_of(text: str | Combinable) -> MD5:
    """Return the print of a text column."""
    return MD5(_letters(text))


def _handings_in(**conditions: Any) -> QuerySet[Transition, Any]:
    """The numbers of the handings in of the return of a unit for a round, in whichever revision."""
    of_return = {"submission__unit": OuterRef("unit"), "submission__round": OuterRef("round")}
    return Transition.objects.filter(**of_return, **conditions, action=Action.SUBMIT).values("pk")


def _first_handed_in() -> Subquery:
    """The first handing in of the return; NULL before."""
    return Subquery(_handings_in().order_by("pk")[:1], output_field=BigIntegerField())


def _handed_in_as_it_is() -> Subquery:
    """The handing in since which a revision that is not with its unit says what it does.

    What was taken back for another look has the words of the revision before, and its handing in.
    """
    up_to = _handings_in(submission__revision__lte=OuterRef("revision"))
    return Subquery(up_to.order_by("-pk")[:1], output_field=BigIntegerField())


def copied(text: str) -> Case:
    """Whether a text of the goal of a return is the same as another unit's, as a condition on returns.

    The short ones are not looked for at all: where one is the same, it is as short.
    """
    column = f"performance_goal__{text}"
    others = Submission._base_manager.filter(round=OuterRef("round")).exclude(unit=OuterRef("unit"))
    others = others.exclude(status__in=[*EDITABLE, SUPERSEDED])
    same = others.alias(print=print_of(column), handed_in=_handed_in_as_it_is()).filter(
        print=print_of(OuterRef(column)),
        handed_in__lt=Coalesce(OuterRef("handed_in"), Value(_LAST), output_field=BigIntegerField()),
    )
    is_long = GreaterThanOrEqual(Length(_letters(column)), LEAST)
    return Case(When(is_long, then=Exists(same)), default=False, output_field=BooleanField())


def with_copies(submissions: SubmissionQuerySet) -> SubmissionQuerySet:
    """Bring for each text of the goal whether it is another unit's: `copied_expected`, `copied_achieved`."""
    returns = submissions.alias(handed_in=_first_handed_in())
    return returns.annotate(**{f"copied_{text}": copied(text) for text in TEXTS})


def copies_in(submission: Submission) -> list[str]:
    """Return which texts of the goal of a return are another unit's; it was read `with_copies`."""
    return [text for text in TEXTS if vars(submission)[f"copied_{text}"]]
