"""The labelled outputs of real tools, on the whole way from a step that failed to its findings."""

from collections import Counter

import pytest

from calibrant.model.issue import Kind
from failures.logs import FOLDER, Log, cause, findings, index, logs, right

CLASSES = {
    *(
        Kind.TRANSIENT,
        Kind.INFRA,
        Kind.TEST_ASSERT,
        Kind.LINT,
        Kind.TYPECHECK,
        Kind.SECURITY,
        Kind.POLICY,
        Kind.RUNTIME,
    ),
    *(Kind.SCHEMA_MIGRATION, Kind.RATE_LIMIT, Kind.UNKNOWN),
}
HELD_OUT = 0.75
"""What was measured with patterns that were written by the development part alone, rounded down."""


@pytest.mark.parametrize("log", logs("development"), ids=lambda log: log.name)
def test_a_log_of_the_development_part_is_taken_for_what_it_is(log: Log) -> None:
    told = findings(log, log.text)
    assert right(log, told), (log.did, cause(told).code, cause(told).message)


def test_the_held_out_part_is_mostly_taken_for_what_it_is() -> None:
    held = logs("held-out")
    share = sum(right(log, findings(log, log.text)) for log in held) / len(held)
    print(f"held-out: {share:.1%} of {len(held)}")
    assert share >= HELD_OUT


def test_every_class_is_there_by_several_tools() -> None:
    every = logs()
    assert len(every) >= 150
    assert {str(one) for one in CLASSES} <= {log.kind for log in every}
    for kind in CLASSES:
        assert Counter(log.kind for log in every)[str(kind)] >= 6
        assert len({log.tool for log in every if log.kind == kind}) >= 5
        assert {log.part for log in every if log.kind == kind} == {"development", "held-out"}


def test_every_log_is_in_the_index_and_small() -> None:
    names = [log.name for log in index().logs]
    assert len(set(names)) == len(names)
    assert {path.stem for path in FOLDER.glob("*.log")} == set(names)
    assert max(path.stat().st_size for path in FOLDER.glob("*.log")) <= 100_000


def test_what_a_run_tells_has_a_message_and_no_holes() -> None:
    for log in logs():
        for one in findings(log, log.text):
            assert one.message
            assert "{}" not in one.message
            assert one.details or not log.text.strip()
