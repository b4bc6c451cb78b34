"""The static checks of GitHub Actions files: one file each."""

from calibrant.rules.actions import (
    background,
    bad_expression,
    call_inputs,
    conflicting_keys,
    containers,
    credentials,
    deprecated_command,
    duplicate_key,
    given,
    given_secrets,
    ids,
    key_type,
    matrix,
    merge_key,
    missing_action,
    missing_key,
    needs,
    patterns,
    retired,
    runners,
    schedule,
    script_injection,
    shell_names,
    shell_syntax,
    triggers,
    unknown_key,
    uses_format,
)
from calibrant.rules.actions.scope import reach, reach_jobs
from calibrant.rules.actions.settling import settle
from calibrant.rules.rule import Rule, RuleSet

RULES: tuple[Rule, ...] = (
    unknown_key.RULE,
    missing_key.RULE,
    duplicate_key.RULE,
    merge_key.RULE,
    key_type.RULE,
    conflicting_keys.RULE,
    ids.RULE,
    needs.RULE,
    background.RULE,
    triggers.RULE,
    schedule.RULE,
    patterns.RULE,
    call_inputs.RULE,
    runners.RULE,
    shell_names.RULE,
    matrix.RULE,
    containers.RULE,
    uses_format.RULE,
    missing_action.RULE,
    given.RULE,
    given_secrets.RULE,
    bad_expression.RULE,
    shell_syntax.RULE,
    script_injection.RULE,
    credentials.RULE,
    deprecated_command.RULE,
    retired.ACTION,
    retired.RUNTIME,
)
"""Every static check of a workflow or an action, one line each."""

RULE_SET = RuleSet(RULES, reach, reach_jobs, settle)
