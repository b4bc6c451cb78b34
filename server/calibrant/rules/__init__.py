"""One file per static check: Workflow to findings."""

from calibrant.model.connector import Specs
from calibrant.model.toolchain import Ground
from calibrant.model.workflow import Workflow
from calibrant.rules import (
    bad_expression,
    broken_connector,
    conflicting_keys,
    credential_in_text,
    cycle,
    duplicate_id,
    duplicate_key,
    hardcoded_value,
    input_value,
    item_outside_loop,
    key_type,
    missing_field,
    missing_key,
    missing_parameter,
    never_runs,
    on_ground,
    parameter_type,
    shape_mismatch,
    step_id,
    unknown_connector,
    unknown_input,
    unknown_key,
    unknown_parameter,
    unknown_secret,
    unknown_step,
    unsafe_interpolation,
    unused_input,
    unused_secret,
)
from calibrant.rules.checking import Checked
from calibrant.rules.checking import check as _check
from calibrant.rules.ignoring import unsilenced
from calibrant.rules.known import Known
from calibrant.rules.reaching import reach
from calibrant.rules.rule import Rule, RuleSet

RULES: tuple[Rule, ...] = (
    unknown_key.RULE,
    missing_key.RULE,
    duplicate_key.RULE,
    key_type.RULE,
    conflicting_keys.RULE,
    step_id.RULE,
    duplicate_id.RULE,
    unknown_connector.RULE,
    broken_connector.RULE,
    unknown_parameter.RULE,
    missing_parameter.RULE,
    parameter_type.RULE,
    bad_expression.RULE,
    item_outside_loop.RULE,
    unsafe_interpolation.RULE,
    unknown_step.RULE,
    unknown_input.RULE,
    unknown_secret.RULE,
    cycle.RULE,
    input_value.RULE,
    credential_in_text.RULE,
    hardcoded_value.RULE,
    missing_field.RULE,
    shape_mismatch.RULE,
    unused_input.RULE,
    unused_secret.RULE,
    never_runs.RULE,
    on_ground.RULE,
)
"""Every static check of a native workflow, one line each."""

__all__ = ["RULES", "Checked", "Known", "Rule", "check", "ruleset", "unsilenced"]


def check(workflow: Workflow, specs: Specs, previous: Checked | None = None, ground: Ground | None = None) -> Checked:
    """Return what is wrong with a workflow: spans in the document, inline ignores applied, sorted by place.

    What the reader found is included. `previous` lends the findings of steps that have not changed; `ground` is where its
    commands run, None where that is not known. Never raises.
    """
    return _check(ruleset(workflow.language.name), workflow, specs, previous, ground)


def ruleset(language: str) -> RuleSet:
    """Return the checks of a language by its name."""
    if language in ("github-workflow", "github-action"):
        from calibrant.rules import actions  # who has no such files pays nothing for them

        return actions.RULE_SET
    return RuleSet(RULES, reach)
