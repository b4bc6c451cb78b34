"""Repairs of GitHub Actions files: those that every language has, and those of their own."""

from calibrant.model.fix import Repair
from calibrant.repairs import break_cycle, closest_key, duplicate_key, remove_key, written_type
from calibrant.repairs.actions import (
    add_id,
    add_key,
    add_need,
    add_output,
    add_parameter,
    by_env,
    by_needs,
    checkout,
    closest_name,
    mend_expression,
    mend_schedule,
    nesting,
    new_command,
    newer_version,
    rename_id,
    settle_keys,
    to_secret,
    valid_value,
    whole_condition,
)

REPAIRS: tuple[Repair, ...] = (
    valid_value.REPAIR,
    written_type.REPAIR,
    closest_name.REPAIR,
    nesting.REPAIR,
    add_id.REPAIR,
    by_needs.REPAIR,
    add_need.REPAIR,
    add_output.REPAIR,
    mend_expression.REPAIR,
    mend_schedule.REPAIR,
    closest_key.REPAIR,
    remove_key.REPAIR,
    settle_keys.REPAIR,
    duplicate_key.REPAIR,
    rename_id.REPAIR,
    break_cycle.REPAIR,
    add_key.REPAIR,
    add_parameter.REPAIR,
    checkout.REPAIR,
    whole_condition.REPAIR,
    by_env.REPAIR,
    to_secret.REPAIR,
    new_command.REPAIR,
    newer_version.REPAIR,
)
"""Every repair of these files, one line each; of equally trusted proposals that of the first comes first."""
