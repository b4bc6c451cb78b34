"""One file per repair strategy: an issue to the fixes that may mend it, as changes of the workflow."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from calibrant.model.connector import Specs
from calibrant.model.fix import Fix, Proposal, Repair, fix_id
from calibrant.model.issue import Issue
from calibrant.model.language import Language
from calibrant.model.workflow import Workflow
from calibrant.repairs import (
    add_key,
    add_parameter,
    break_cycle,
    by_env,
    closest_connector,
    closest_key,
    closest_name,
    conversion,
    declare,
    duplicate_key,
    each_element,
    extract_input,
    field_of_object,
    first_element,
    for_each,
    from_json,
    give_item,
    give_variable,
    input_value,
    install_first,
    join_fields,
    list_of_it,
    longer_timeout,
    mend_expression,
    nesting,
    only_with_data,
    operands,
    other_interpreter,
    other_program,
    remove_key,
    remove_unused,
    rename_step,
    reroute,
    reuse_input,
    right_folder,
    right_test_path,
    right_word,
    set_variable,
    settle_keys,
    to_secret,
    try_again,
    unfreeze,
    valid_value,
    wait_for_writer,
    wider_scope,
    writing_query,
    written_type,
)

REPAIRS: tuple[Repair, ...] = (
    valid_value.REPAIR,
    right_word.REPAIR,
    right_folder.REPAIR,
    right_test_path.REPAIR,
    other_interpreter.REPAIR,
    written_type.REPAIR,
    wait_for_writer.REPAIR,
    mend_expression.REPAIR,
    closest_name.REPAIR,
    nesting.REPAIR,
    join_fields.REPAIR,
    closest_key.REPAIR,
    closest_connector.REPAIR,
    declare.REPAIR,
    remove_key.REPAIR,
    settle_keys.REPAIR,
    duplicate_key.REPAIR,
    field_of_object.REPAIR,
    from_json.REPAIR,
    conversion.REPAIR,
    first_element.REPAIR,
    for_each.REPAIR,
    each_element.REPAIR,
    list_of_it.REPAIR,
    operands.REPAIR,
    reuse_input.REPAIR,
    extract_input.REPAIR,
    to_secret.REPAIR,
    rename_step.REPAIR,
    break_cycle.REPAIR,
    reroute.REPAIR,
    give_item.REPAIR,
    add_key.REPAIR,
    add_parameter.REPAIR,
    input_value.REPAIR,
    by_env.REPAIR,
    only_with_data.REPAIR,
    longer_timeout.REPAIR,
    wider_scope.REPAIR,
    writing_query.REPAIR,
    install_first.REPAIR,
    other_program.REPAIR,
    give_variable.REPAIR,
    set_variable.REPAIR,
    unfreeze.REPAIR,
    try_again.REPAIR,
    remove_unused.REPAIR,
)
"""Every repair of native workflows, one line each; of equally trusted proposals that of the first comes first."""

MOST = 8
"""Fixes on offer for one issue."""

_WANING = 0.85
"""By how much each further proposal of a repair is trusted less than the one before."""

_LEAST, _GREATEST = 0.001, 0.999
"""Nothing is ever certain, whatever was measured."""

_NO_TRUST: Mapping[str, float] = {}

__all__ = ["MOST", "REPAIRS", "propose", "repairs_of"]


def propose(
    issues: Sequence[Issue],
    workflow: Workflow,
    specs: Specs,
    confidential: Sequence[str] = (),
    trust: Mapping[str, float] = _NO_TRUST,
) -> dict[str, tuple[Fix, ...]]:
    """Return the fixes on offer by the id of their issue, the most trusted first; issues without any are left out.

    At most `MOST` for each issue, no two of which change the same. `workflow` is the one that the issues were found in.
    Of the texts that are `confidential` none is in a title. `trust` is the measured confidence of strategies by their
    names (see `repairs.trust`); it takes the place of their priors.
    """
    found: dict[str, tuple[Fix, ...]] = {}
    for issue in issues:
        proposed = (_told(fix, confidential) for fix in _of_issue(issue, workflow, specs, trust))
        fixes = _unique(sorted(proposed, key=lambda fix: -fix.confidence))
        if fixes:
            found[issue.id] = fixes[:MOST]
    return found


def repairs_of(language: Language) -> tuple[Repair, ...]:
    """Return the repairs of a language."""
    if language.name in ("github-workflow", "github-action"):
        from calibrant.repairs import actions  # who has no such files pays nothing for them

        return actions.REPAIRS
    return REPAIRS


def _of_issue(issue: Issue, workflow: Workflow, specs: Specs, trust: Mapping[str, float]) -> Iterator[Fix]:
    finding = issue.finding
    for repair in repairs_of(workflow.language):
        if finding.code in repair.codes or finding.kind in repair.kinds:
            for proposal in repair.propose(issue, workflow, specs):
                yield _fix(issue, repair, proposal, trust.get(repair.name, repair.prior))


def _fix(issue: Issue, repair: Repair, proposal: Proposal, trusted: float) -> Fix:
    return Fix(
        id=fix_id(issue.id, repair.name, proposal.changes),
        issue=issue.id,
        strategy=repair.name,
        title=proposal.title,
        changes=proposal.changes,
        safety=proposal.safety,
        confidence=max(_LEAST, min(_GREATEST, round(trusted * _WANING**proposal.rank, 3))),
    )


def _told(fix: Fix, confidential: Sequence[str]) -> Fix:
    """Return the fix without confidential texts in its title."""
    title = fix.title
    for text in confidential:
        title = title.replace(text, "•••") if text else title
    return fix if title == fix.title else msgspec.structs.replace(fix, title=title)


def _unique(fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """Return the fixes without those that change the same as one before."""
    out: list[Fix] = []
    for fix in fixes:
        if all(fix.changes != other.changes for other in out):
            out.append(fix)
    return tuple(out)
