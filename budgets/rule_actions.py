"""The deeds on the rules a finance bureau writes itself: writing, changing, trying out, switching."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from budgets.checks.trials import Trial, returns_to_try_on, try_out
from budgets.models import BureauRule, RuleSwitch, RuleTrial
from budgets.money import AmountUnit
from orgs.event_actions import record_event
from orgs.models import Event, Unit, User
from orgs.words import has_words
from submissions.actions import NotNow, Unfinished
from submissions.finding_actions import check_may_set
from submissions.models import CollectionRound

MOST_RULES = 200
"""So many rules a bureau may have."""
LONGEST_WHAT: int = Event._meta.get_field("what").max_length or 0


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says, as its form has read it."""

    sentence: str
    left: str
    sign: str
    right: str
    tolerance: str
    severity: str


class RuleMoved(NotNow):
    """Somebody else rewrote the rule since she looked at it."""


def newest_version(bureau: Unit, number: int) -> BureauRule | None:
    """Return a rule of a bureau as it reads now; None where there is none."""
    return BureauRule.objects.filter(bureau=bureau, number=number).order_by("-version").first()


@transaction.atomic
def write_rule(*, round: CollectionRound, text: RuleText, by: User, at: datetime) -> BureauRule:
    """Keep a new rule of the bureau of a round. It checks nothing until it is tried out and switched on.

    The text was read by `budgets.rule_forms.RuleForm`. Raises NotPermitted, NotNow when there are too many.
    """
    check_may_set(round, by=by)
    _write_alone(round.bureau)
    newest = BureauRule.objects.filter(bureau=round.bureau).order_by("-number").first()
    number = newest.number + 1 if newest else 1
    if number > MOST_RULES:
        raise NotNow(f"最多 {MOST_RULES} 条自定规则，请改写不再用的规则。")
    return _keep(round.bureau, number, 1, text, by=by, at=at)


@transaction.atomic
def change_rule(
    *, round: CollectionRound, number: int, version: int, text: RuleText, by: User, at: datetime
) -> BureauRule:
    """Keep a rule as its next version, and return it. What is on stays on until the new version is.

    `version` is the one she changed. Raises NotPermitted, RuleMoved when it is not the newest any more,
    Unfinished when nothing is changed.
    """
    check_may_set(round, by=by)
    _write_alone(round.bureau)
    newest = newest_version(round.bureau, number)
    if newest is None or newest.version != version:
        raise RuleMoved("这条规则在您打开以后有了新的版本，请打开最新的一版再改。")
    if text == _text_of(newest):
        raise Unfinished("没有改动，不用保存。")
    return _keep(round.bureau, number, version + 1, text, by=by, at=at)


def _write_alone(bureau: Unit) -> None:
    """Let nobody else write a rule of a bureau until the transaction ends."""
    Unit.objects.select_for_update(no_key=True).get(pk=bureau.pk)


def _text_of(rule: BureauRule) -> RuleText:
    return RuleText(rule.sentence, rule.left, rule.sign, rule.right, rule.tolerance, rule.severity)


def _keep(bureau: Unit, number: int, version: int, text: RuleText, *, by: User, at: datetime) -> BureauRule:
    rule = BureauRule.objects.create(
        bureau=bureau,
        number=number,
        version=version,
        sentence=text.sentence,
        left=text.left,
        sign=text.sign,
        right=text.right,
        tolerance=text.tolerance,
        severity=text.severity,
        actor=by,
        actor_name=by.full_name,
        at=at,
    )
    _record(f"写入 {rule.code} 第 {version} 版：{rule.formula}", rule, by=by, at=at)
    return rule


def _record(what: str, rule: BureauRule, *, by: User, at: datetime) -> None:
    what = what[:LONGEST_WHAT]
    action, unit = Event.Action.RULES_CHANGED, rule.bureau
    record_event(action=action, what=what, unit=unit, address=by.address, by=by, at=at)


@transaction.atomic
def try_rule(*, round: CollectionRound, rule: BureauRule, by: User, at: datetime) -> RuleTrial:
    """Try a version of a rule out for a round and keep how it came out. It changes nothing else.

    Raises NotPermitted, FormulaMistake where the rule cannot be read any more.
    """
    check_may_set(round, by=by)
    trial: Trial = try_out(rule, returns_to_try_on(round, by), round, AmountUnit(by.amount_unit))
    _record(f"在 {trial.fiscal_year} 年度试运行 {rule.code} 第 {rule.version} 版", rule, by=by, at=at)
    return RuleTrial.objects.create(
        round=round,
        rule=rule,
        fiscal_year=trial.fiscal_year,
        **trial.counts,
        actor=by,
        actor_name=by.full_name,
        at=at,
    )


@transaction.atomic
def switch_rule(
    *, round: CollectionRound, rule: BureauRule, is_on: bool, reason: str, by: User, at: datetime
) -> RuleSwitch:
    """Switch a version of a rule on in a round, or the rule off there, whichever version is on.

    Raises NotPermitted, Unfinished without a reason, NotNow when it is as asked already or not tried out for
    the round on any return that it could check, RuleMoved when a version that goes on is not the newest.
    """
    check_may_set(round, by=by)
    _write_alone(round.bureau)
    if not has_words(reason):
        raise Unfinished("请写明启用或停用这条规则的原因。")
    switched = switched_on(round, rule.number)
    if is_on:
        _check_may_go_on(round, rule, switched)
    elif switched is None:
        raise NotNow("这条规则没有启用，不用停用。")
    done = "启用" if is_on else "停用"
    _record(f"{round}：{done} {rule.code} 第 {rule.version} 版：{reason.strip()}", rule, by=by, at=at)
    return RuleSwitch.objects.create(
        round=round,
        rule=rule,
        is_on=is_on,
        reason=reason.strip(),
        actor=by,
        actor_name=by.full_name,
        at=at,
    )


def _check_may_go_on(round: CollectionRound, rule: BureauRule, switched: RuleSwitch | None) -> None:
    newest = newest_version(round.bureau, rule.number)
    if newest != rule:
        raise RuleMoved("这条规则有了新的版本，请打开最新的一版，试运行以后再启用。")
    if switched is not None and switched.rule == rule:
        raise NotNow("这一版已经在用。")
    trials = list(RuleTrial.objects.filter(round=round, rule=rule))
    if not trials:
        raise NotNow("这一版还没有试运行。请先试运行，看过结果再启用。")
    if not any(each.returns for each in trials):
        raise NotNow("试运行时还没有填报可查。请等有单位填报以后再试运行，看过结果再启用。")
    if not any(each.checked for each in trials):
        raise NotNow("试运行的填报都不能检查，看不出规则对不对。请看缺什么，改写规则或等数填齐再试运行。")


def switched_on(round: CollectionRound, number: int) -> RuleSwitch | None:
    """Return by what a rule is on in a round; None where it is off."""
    switches = RuleSwitch.objects.filter(round=round, rule__number=number).select_related("rule")
    newest = switches.order_by("-pk").first()
    return newest if newest and newest.is_on else None
