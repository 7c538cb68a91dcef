"""A rule of the finance bureau's own, for the tests of them: other income within 1 % of the general public budget."""

from budgets.models import RuleTrial
from budgets.rule_actions import RuleText, switch_rule, try_rule, write_rule
from tests.world import NOW

OTHER, GENERAL = "[收入按来源.其他收入.决算数]", "[收入按来源.一般公共预算财政拨款.决算数]"
SAYS = {
    "sentence": "其他收入不能超过财政拨款的百分之一",
    "left": OTHER,
    "sign": "≤",
    "right": f"{GENERAL} × 1%",
    "tolerance": "exact",
    "severity": "error",
}


def written(world, **other):
    """The rule, kept by Wu; it checks nothing yet."""
    return write_rule(round=world.round, text=RuleText(**SAYS | other), by=world.wu, at=NOW)


def tried(world, **other):
    """The rule, tried out in the round."""
    rule = written(world, **other)
    try_rule(round=world.round, rule=rule, by=world.wu, at=NOW)
    return rule


def switched_on(world, **other):
    """The rule, on in the round: tried out on one return in which it holds."""
    rule = written(world, **other)
    found = {"fiscal_year": 2022, "holds": 1, "rounded": 0, "fails": 0, "missing": 0}
    RuleTrial.objects.create(round=world.round, rule=rule, actor=world.wu, actor_name="吴芳", at=NOW, **found)
    switch_rule(round=world.round, rule=rule, is_on=True, reason="湘财绩 5 号", by=world.wu, at=NOW)
    return rule
