"""The static checks of GitHub Actions files: one file each."""

from calibrant.rules.actions.scope import reach
from calibrant.rules.rule import Rule, RuleSet

RULES: tuple[Rule, ...] = ()
"""Every static check of a workflow or an action, one line each."""

RULE_SET = RuleSet(RULES, reach)
