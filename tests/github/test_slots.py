"""What may stand at a place, as completion is told."""

from calibrant.github.slots import action_slot, workflow_slot
from calibrant.model.nodes import Entry, Map, Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody

NOWHERE = Span(0, 0)


def a_map(**values: str) -> Map:
    entries = tuple(Entry(Scalar(NOWHERE, name), Scalar(NOWHERE, value), NOWHERE) for name, value in values.items())
    return Map(NOWHERE, entries)


def step(**values: str) -> StepBody:
    return StepBody(a_map(**values), "")


def keys(body: StepBody) -> set[str]:
    return {key.name for key in workflow_slot((), body).keys}


def test_the_root_and_what_is_below() -> None:
    assert {"on", "jobs", "permissions"} <= {key.name for key in workflow_slot((), None).keys}
    assert "push" in {key.name for key in workflow_slot(("on",), None).keys}
    assert "push" in workflow_slot(("on",), None).values
    assert workflow_slot(("on", "pull_request", "types"), None).values[:2] == ("assigned", "unassigned")
    assert workflow_slot(("permissions", "id-token"), None).values == ("write", "none")
    assert workflow_slot(("jobs", "build", "needs", 0), None).names == "job"
    assert workflow_slot(("jobs",), None).names == "new job"
    assert "ubuntu-latest" in workflow_slot(("jobs", "build", "runs-on"), None).values
    assert workflow_slot(("jobs", "build", "if"), None).expression


def test_a_step_leaves_room_for_what_goes_with_it() -> None:
    assert {"with", "env"} <= keys(step(uses="actions/checkout@v4"))
    assert "run" not in keys(step(uses="actions/checkout@v4"))
    assert "with" not in keys(step(run="true"))
    assert "shell" in keys(step(run="true"))
    assert keys(step(wait="x")) == {"id", "name", "continue-on-error", "timeout-minutes"}
    assert "run" not in keys(step(**{"with": "x"}))
    assert {"uses", "run", "parallel"} <= keys(step())


def test_a_steps_inputs_are_its_actions() -> None:
    body = step(uses="actions/checkout@v4")
    assert workflow_slot(("with",), body).parameters
    assert workflow_slot(("with", "ref"), body).parameter == "ref"
    assert workflow_slot(("uses",), body).names == "action"
    assert workflow_slot(("shell",), body).values[0] == "bash"


def test_what_is_there_of_a_job_rules_keys_out() -> None:
    job, of_call = ("jobs", "a"), a_map(uses="x")
    assert "steps" not in {key.name for key in workflow_slot(job, None, of_call).keys}
    assert "with" in {key.name for key in workflow_slot(job, None, of_call).keys}
    assert workflow_slot((*job, "with"), None).parameters
    assert workflow_slot((*job, "with", "level"), None).parameter == "level"


def test_an_action_has_slots_of_its_own() -> None:
    assert action_slot(("runs", "using"), None).values[0] == "composite"
    around = a_map(using="node24")
    assert {key.name for key in action_slot(("runs",), None, around).keys} >= {"main", "post"}
    assert "image" not in {key.name for key in action_slot(("runs",), None, around).keys}
    assert "timeout-minutes" not in {key.name for key in action_slot((), step(run="true")).keys}


def test_values_have_meanings_where_they_need_words() -> None:
    assert "pushed" in workflow_slot(("on",), None).meanings["push"]
    assert workflow_slot(("on", 0), None).meanings["schedule"]
    assert workflow_slot(("jobs", "a", "runs-on"), None).meanings["ubuntu-slim"]
    assert workflow_slot(("shell",), step(run="ls")).meanings["pwsh"]
    assert workflow_slot(("permissions",), None).meanings["read-all"]
    assert action_slot(("runs", "using"), None).meanings["node24"]
    assert not workflow_slot(("name",), None).meanings


def test_what_a_called_workflow_is_given_are_its_parameters() -> None:
    assert workflow_slot(("jobs", "a", "with"), None).parameters
    assert workflow_slot(("jobs", "a", "with", "level"), None).parameter == "level"
