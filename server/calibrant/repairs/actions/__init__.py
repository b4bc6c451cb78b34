"""Repairs of GitHub Actions files: those that every language has, and those of their own."""

from calibrant.model.fix import Repair
from calibrant.repairs import break_cycle, closest_key, duplicate_key, remove_key, written_type
from calibrant.repairs.actions import closest_name, rename_id, valid_value

REPAIRS: tuple[Repair, ...] = (
    valid_value.REPAIR,
    written_type.REPAIR,
    closest_name.REPAIR,
    closest_key.REPAIR,
    remove_key.REPAIR,
    duplicate_key.REPAIR,
    rename_id.REPAIR,
    break_cycle.REPAIR,
)
"""Every repair of these files, one line each; of equally trusted proposals that of the first comes first."""
