"""Whether the goal of a return is word for word another unit's: compared by the database, by prints of texts.

A print is the digest of a text without blanks and punctuation; numbers count. Texts of fewer than `LEAST`
letters are nobody's own words. The other unit must have handed in its return of the round before this one was
handed in for the first time: who was first is never asked. Goals belong to an app above this one, which
indexes the same expression.
"""

from django.db.models import BigIntegerField, CharField, Exists, F, Func, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import MD5, Coalesce, Length

from submissions.models import Submission, Transition
from submissions.querysets import SubmissionQuerySet
from submissions.workflow import Action

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


def _first_handed_in() -> Subquery:
    """The first handing in of the return of a unit for a round, in whichever revision; NULL before."""
    steps = Transition.objects.filter(
        submission__unit=OuterRef("unit"), submission__round=OuterRef("round"), action=Action.SUBMIT
    )
    return Subquery(steps.order_by("pk").values("pk")[:1], output_field=BigIntegerField())


def copied(text: str) -> Exists:
    """Whether a text of the goal of a return is the same as another unit's, as a condition on returns."""
    column = f"performance_goal__{text}"
    others = Submission._base_manager.filter(round=OuterRef("round")).exclude(unit=OuterRef("unit"))
    same = others.alias(
        letters=Length(_letters(column)), print=print_of(column), handed_in=_first_handed_in()
    ).filter(
        letters__gte=LEAST,
        print=print_of(OuterRef(column)),
        handed_in__lt=Coalesce(OuterRef("handed_in"), Value(_LAST), output_field=BigIntegerField()),
    )
    return Exists(same)


def with_copies(submissions: SubmissionQuerySet) -> SubmissionQuerySet:
    """Bring for each text of the goal whether it is another unit's: `copied_expected`, `copied_achieved`."""
    returns = submissions.alias(handed_in=_first_handed_in())
    return returns.annotate(**{f"copied_{text}": copied(text) for text in TEXTS})


def copies_in(submission: Submission) -> list[str]:
    """Return which texts of the goal of a return are another unit's; it was read `with_copies`."""
    return [text for text in TEXTS if vars(submission)[f"copied_{text}"]]
