"""The tables fit together: no place is named that is not there, and paths lead where the documentation says."""

from collections.abc import Mapping

import pytest

from calibrant.github.contexts import AVAILABLE, CONTEXTS
from calibrant.github.events import EVENTS, OPPOSITES
from calibrant.github.keys import JOB, OF_A_CALL, OF_A_CALL_ONLY, PLACES, STEP, STEP_ACTS, STEP_BESIDE
from calibrant.github.metadata import ACTION_PLACES, COMPOSITE_STEP_KEYS
from calibrant.github.places import place_at, spec_at
from calibrant.github.runners import RUNNERS
from calibrant.github.shells import DEFAULT, SHELLS, shell_language
from calibrant.model.expression import Path
from calibrant.model.language import PlaceSpec


@pytest.mark.parametrize("table", [PLACES, ACTION_PLACES], ids=["workflow", "action"])
def test_every_place_that_is_named_is_there(table: Mapping[str, PlaceSpec]) -> None:
    for name, place in table.items():
        specs = [*place.keys, *filter(None, (place.free, place.item))]
        for spec in specs:
            inside = spec.place if table is PLACES or spec.name not in COMPOSITE_STEP_KEYS else ""
            assert not inside or inside in table, (name, spec.name)
            assert spec.doc, (name, spec.name)
            assert spec.place or not {"object", "array"} & set(spec.types), (name, spec.name)
        assert len({spec.name for spec in place.keys}) == len(place.keys), name


@pytest.mark.parametrize(
    ("path", "types"),
    [
        (("on",), ("string", "array", "object")),
        (("on", 0), ("string",)),
        (("on", "push", "branches", 0), ("string",)),
        (("on", "schedule", 0, "cron"), ("string",)),
        (("on", "schedule", 0, "timezone"), ("string",)),
        (("on", "workflow_dispatch", "inputs", "any", "options", 1), ("string",)),
        (("on", "workflow_call", "outputs", "any", "value"), ("string",)),
        (("jobs", "build", "strategy", "matrix", "include", 0, "os"), ("any",)),
        (("jobs", "build", "strategy", "matrix", "os"), ("array",)),
        (("jobs", "build", "services", "db", "ports", 0), ("string",)),
        (("jobs", "build", "runs-on", "labels"), ("string", "array")),
        (("jobs", "build", "steps", 3, "timeout-minutes"), ("number",)),
        (("jobs", "build", "steps", 3, "parallel", 0, "run"), ("string",)),
        (("jobs", "build", "environment", "deployment"), ("boolean",)),
        (("concurrency", "queue"), ("string",)),
    ],
)
def test_a_path_leads_to_what_may_stand_there(path: Path, types: tuple[str, ...]) -> None:
    spec = spec_at("github-workflow", path)
    assert spec is not None
    assert spec.types == types


@pytest.mark.parametrize(
    "path", [("onn",), ("jobs", 0), ("on", "push", "cron"), ("jobs", "a", "b", "c"), ("name", "x")]
)
def test_a_path_that_leads_nowhere(path: Path) -> None:
    assert spec_at("github-workflow", path) is None
    assert place_at("github-workflow", path) is None


def test_an_action_has_places_of_its_own() -> None:
    assert spec_at("github-action", ("runs", "steps", 0, "shell")) is not None
    assert spec_at("github-action", ("runs", "steps", 0, "timeout-minutes")) is None
    assert spec_at("github-action", ("branding", "color")) is not None
    assert spec_at("github-action", ("with", "x"), "step") is not None


def test_what_rules_out_what_names_keys_that_are_there() -> None:
    steps, jobs = {key.name for key in STEP}, {key.name for key in JOB}
    assert set(STEP_ACTS) <= steps
    assert set(STEP_BESIDE) == set(STEP_ACTS)
    assert all(beside <= steps for beside in STEP_BESIDE.values())
    assert jobs >= OF_A_CALL | OF_A_CALL_ONLY
    assert steps >= COMPOSITE_STEP_KEYS


def test_events_know_their_own_types() -> None:
    for event in EVENTS.values():
        assert set(event.usual) <= set(event.types), event.name
        assert len(set(event.types)) == len(event.types), event.name
    assert all(len(pair) == 2 for pair in OPPOSITES)


def test_what_is_used_instead_of_a_removed_runner_is_there() -> None:
    for runner in RUNNERS.values():
        assert bool(runner.instead) == bool(runner.removed or runner.leaving), runner.label
        assert not runner.instead or not RUNNERS[runner.instead].removed, runner.label
        assert not runner.instead or RUNNERS[runner.instead].system == runner.system, runner.label


def test_every_context_that_is_available_somewhere_is_there() -> None:
    used = {name for _, contexts, _ in AVAILABLE for name in contexts}
    assert used == set(CONTEXTS)
    for path, _, _ in AVAILABLE:
        real = tuple(0 if part == "*" and path[at - 1] == "steps" else part for at, part in enumerate(path))
        assert spec_at("github-workflow", real) is not None, path


def test_the_language_of_a_shell_with_options() -> None:
    assert shell_language("bash -l {0}") == "bash"
    assert shell_language("C:\\msys64\\usr\\bin\\bash.exe {0}") == "bash"
    assert shell_language("perl {0}") == shell_language("") == ""
    assert set(DEFAULT.values()) <= set(SHELLS)
