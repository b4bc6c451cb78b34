"""The static checks of GitHub Actions files: one file each."""

from calibrant.rules.actions import (
    conflicting_keys,
    duplicate_key,
    ids,
    key_type,
    missing_key,
    needs,
    patterns,
    schedule,
    triggers,
    unknown_key,
)
from calibrant.rules.actions.scope import reach
from calibrant.rules.rule import Rule, RuleSet

RULES: tuple[Rule, ...] = (
    unknown_key.RULE,
    missing_key.RULE,
    duplicate_key.RULE,
    key_type.RULE,
    conflicting_keys.RULE,
    ids.RULE,
    needs.RULE,
    triggers.RULE,
    schedule.RULE,
    patterns.RULE,
)
"""Every static check of a workflow or an action, one line each."""

RULE_SET = RuleSet(RULES, reach)
