"""Every pattern against its own samples, and all of them against each other's."""

import re
import re._parser as parser  # type: ignore[import-not-found]
import time
from collections.abc import Iterator

import pytest

from calibrant.failures.classifier import classify
from calibrant.failures.pattern import Pattern
from calibrant.failures.patterns import PATTERNS
from calibrant.failures.patterns.machine import EXITS
from calibrant.failures.words import HEAD, LONGEST_LINE, TAIL, searchable
from calibrant.model.failure import Failure

EACH = pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
SAMPLES = [
    pytest.param(pattern, sample, id=f"{pattern.name}-{at}")
    for pattern in PATTERNS
    for at, sample in enumerate(pattern.matching)
]


def failed(output: str, exit_code: int | None = 1) -> Failure:
    return Failure("command-failed", "The command failed.", output=output, exit_code=exit_code)


def matches(pattern: Pattern, text: str) -> bool:
    if pattern.unless and re.search(pattern.unless, text, re.MULTILINE):
        return False
    return re.search(pattern.regex, text, re.MULTILINE) is not None


@EACH
def test_matches_its_samples_and_not_the_others(pattern: Pattern) -> None:
    assert pattern.matching
    assert pattern.non_matching
    for sample in pattern.matching:
        assert matches(pattern, searchable(sample)), sample
    for sample in pattern.non_matching:
        assert not matches(pattern, searchable(sample)), sample


@pytest.mark.parametrize(("pattern", "sample"), SAMPLES)
def test_a_sample_is_classified_as_its_pattern_says(pattern: Pattern, sample: str) -> None:
    told = classify(failed(sample))
    assert (told.kind, told.code) == (pattern.kind, pattern.code), told.evidence
    assert told.message
    assert "{" not in told.message
    assert not re.search(r"  |‘’|\(\)|\n", told.message), told.message


@EACH
def test_is_well_formed(pattern: Pattern) -> None:
    groups = re.compile(pattern.regex, re.MULTILINE).groupindex
    known = {*groups, *(pattern.more({}) if pattern.more else ())}
    assert 0 < pattern.confidence < 1
    assert pattern.hint
    for template in (pattern.message, pattern.subject, pattern.hint.replace("{{{{", "").replace("}}}}", "")):
        assert set(re.findall(r"\{(\w+)\}", template)) <= known, template


def test_names_are_unique_and_there_are_enough() -> None:
    names = [pattern.name for pattern in PATTERNS]
    assert len(set(names)) == len(names)
    assert len(names) >= 30
    assert len({pattern.status for pattern in EXITS}) == len(EXITS)


def quantifiers(tree: object) -> Iterator[tuple[int, int]]:
    for op, argument in tree:  # type: ignore[attr-defined]
        if op in (parser.MAX_REPEAT, parser.MIN_REPEAT):
            yield argument[0], argument[1]
        for part in argument if isinstance(argument, (tuple, list)) else (argument,):
            if isinstance(part, parser.SubPattern):
                yield from quantifiers(part)
            elif isinstance(part, list):
                for inner in part:
                    if isinstance(inner, parser.SubPattern):
                        yield from quantifiers(inner)


@EACH
def test_every_quantifier_is_bounded(pattern: Pattern) -> None:
    assert all(most <= 300 for _, most in quantifiers(parser.parse(pattern.regex, re.MULTILINE)))


@EACH
def test_cost_stays_small_on_the_worst_input(pattern: Pattern) -> None:
    pieces = [*pattern.matching, "a: ", "a", " ", "'", "1:", "./-", "E ", "\n"]
    for piece in pieces:
        line = ((piece[:-1] or piece) * LONGEST_LINE)[:LONGEST_LINE]
        hostile = searchable("\n".join([line] * ((HEAD + TAIL) // LONGEST_LINE)))
        began = time.process_time()
        for _ in re.finditer(pattern.regex, hostile, re.MULTILINE):
            pass
        assert time.process_time() - began < 1.5, piece
