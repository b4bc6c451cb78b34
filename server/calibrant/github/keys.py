"""The keys of a workflow file, place by place (docs: workflow syntax for GitHub Actions).

A scalar where a text is wanted may be written as a number or a boolean: GitHub reads it as text. Types are those of
`KeySpec`; "null" is named where leaving the value out means something.
"""

from collections.abc import Mapping
from types import MappingProxyType

from calibrant.github.events import EVENTS, FILTERS, EventSpec
from calibrant.github.permissions import EVERYTHING, SCOPES
from calibrant.github.runners import CURRENT
from calibrant.github.shells import SHELLS
from calibrant.model.language import KeySpec, PlaceSpec

TEXT = ("string",)
FLAG = ("boolean",)
NUMBER = ("number",)
MAP = ("object",)
LIST = ("array",)
TEXTS = ("string", "array")

ENV = "Environment variables: each by its name."
_IF = "Runs only where this expression is true. Braces are optional."
_SHELL = "The shell that runs the script, or a command of its own with ‘{0}’ where the script's file stands."
_FOLDER = "The folder in which the script runs."

WORKFLOW = (
    KeySpec("name", TEXT, "What to call the workflow; its file's path where there is none."),
    KeySpec("run-name", TEXT, "What to call a run, with ‘github’, ‘inputs’ and ‘vars’ in expressions.", templated=True),
    KeySpec("description", TEXT, "What the workflow is for."),
    KeySpec("on", ("string", "array", "object"), "The events that start the workflow.", required=True, place="on"),
    KeySpec(
        "permissions",
        ("string", "object"),
        "What the token of every job may do. Whatever is not named is forbidden then.",
        values=tuple(EVERYTHING),
        place="permissions",
    ),
    KeySpec("env", MAP, f"{ENV} For all jobs.", place="env", templated=True),
    KeySpec("defaults", MAP, "What holds for all jobs where they do not say otherwise.", place="defaults"),
    KeySpec(
        "concurrency",
        ("null", "string", "object"),
        "Only one run of a group goes on at a time.",
        place="concurrency",
        templated=True,
    ),
    KeySpec(
        "jobs",
        MAP,
        "What is done: jobs by their ids, side by side unless one needs another.",
        required=True,
        place="jobs",
    ),
)

JOB = (
    KeySpec("name", TEXT, "What to call the job.", templated=True),
    KeySpec("permissions", ("string", "object"), WORKFLOW[4].doc, values=tuple(EVERYTHING), place="permissions"),
    KeySpec("needs", TEXTS, "Jobs that must have succeeded before: one id or a list.", place="needs", names="job"),
    KeySpec("if", ("expression",), _IF, templated=True),
    KeySpec(
        "runs-on",
        ("string", "array", "object"),
        "The runner: one label, a list of labels that it must all have, or a group.",
        place="runs-on",
        values=CURRENT,
        templated=True,
        others=True,
    ),
    KeySpec(
        "snapshot",
        ("string", "object"),
        "Makes a custom image of the runner after the job.",
        place="snapshot",
        templated=True,
    ),
    KeySpec(
        "environment",
        ("null", "string", "object"),
        "The environment that the job deploys to; its rules must pass first.",
        place="environment",
        templated=True,
    ),
    KeySpec(
        "concurrency",
        ("string", "object"),
        "Only one job of a group runs at a time.",
        place="concurrency",
        templated=True,
    ),
    KeySpec(
        "outputs", MAP, "What the job gives to those that need it: values by name.", place="outputs", templated=True
    ),
    KeySpec("env", MAP, f"{ENV} For all steps of the job.", place="env", templated=True),
    KeySpec("defaults", MAP, "What holds for all steps of the job.", place="defaults", templated=True),
    KeySpec("steps", LIST, "What the job does, one after the other.", place="steps"),
    KeySpec(
        "timeout-minutes", NUMBER, "Minutes after which the job is stopped; 360 where none are given.", templated=True
    ),
    KeySpec(
        "cancel-timeout-minutes",
        NUMBER,
        "Minutes that a cancelled job has to end; 5 where none are given.",
        templated=True,
    ),
    KeySpec(
        "strategy", MAP, "Runs the job several times, with other values each time.", place="strategy", templated=True
    ),
    KeySpec(
        "continue-on-error",
        FLAG,
        "With ‘true’, the workflow goes on and succeeds though the job fails.",
        templated=True,
    ),
    KeySpec(
        "container",
        ("null", "string", "object"),
        "The container that the steps run in.",
        place="container",
        templated=True,
    ),
    KeySpec(
        "services",
        MAP,
        "Containers that run beside the job, by name: databases and such.",
        place="services",
        templated=True,
    ),
    KeySpec("uses", TEXT, "The reusable workflow that this job calls.", names="reusable workflow"),
    KeySpec("with", MAP, "The inputs of the reusable workflow.", place="with", templated=True),
    KeySpec(
        "secrets",
        ("string", "object"),
        "The secrets that the reusable workflow is given, or ‘inherit’ for all.",
        values=("inherit",),
        place="secrets",
        templated=True,
    ),
)

OF_A_CALL = frozenset({"name", "uses", "with", "secrets", "needs", "if", "permissions", "concurrency", "strategy"})
"""The keys that a job may have that calls a reusable workflow."""

OF_A_CALL_ONLY = frozenset({"uses", "with", "secrets"})
"""The keys that only such a job may have."""

STEP = (
    KeySpec("id", TEXT, "The step's own name, by which others refer to its outputs.", names="new step"),
    KeySpec("if", ("expression",), _IF, templated=True),
    KeySpec("name", TEXT, "What to call the step.", templated=True),
    KeySpec(
        "uses",
        TEXT,
        "The action that does the work: ‘owner/repository@version’, ‘./folder’ or ‘docker://image’.",
        names="action",
    ),
    KeySpec("run", TEXT, "A script for the shell.", templated=True),
    KeySpec("working-directory", TEXT, _FOLDER, templated=True),
    KeySpec("shell", TEXT, _SHELL, values=tuple(SHELLS), others=True, templated=True),
    KeySpec("with", MAP, "The inputs of the action.", place="step.with", templated=True),
    KeySpec("env", MAP, f"{ENV} For this step.", place="env", templated=True),
    KeySpec("continue-on-error", FLAG, "With ‘true’, the job goes on though the step fails.", templated=True),
    KeySpec("timeout-minutes", NUMBER, "Minutes after which the step is stopped.", templated=True),
    KeySpec("background", FLAG, "With ‘true’, the next step begins without waiting for this one."),
    KeySpec("wait", TEXTS, "Waits for these background steps: one id or a list.", place="wait", names="step"),
    KeySpec("wait-all", ("null", "boolean", "string"), "Waits for all background steps. It takes no value."),
    KeySpec("cancel", TEXT, "Ends a background step, by its id.", names="step"),
    KeySpec("parallel", LIST, "Steps that run side by side; the job goes on when all have ended.", place="parallel"),
)

STEP_ACTS = ("uses", "run", "wait", "wait-all", "cancel", "parallel")
"""The keys that say what a step does: one of them."""

STEP_BESIDE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "uses": frozenset({"id", "if", "name", "with", "env", "continue-on-error", "timeout-minutes", "background"}),
        "run": frozenset(
            {
                *("id", "if", "name", "working-directory", "shell", "env", "continue-on-error", "timeout-minutes"),
                "background",
            }
        ),
        "wait": frozenset({"id", "name", "continue-on-error", "timeout-minutes"}),
        "wait-all": frozenset({"id", "name", "continue-on-error", "timeout-minutes"}),
        "cancel": frozenset({"id", "name", "continue-on-error", "timeout-minutes"}),
        "parallel": frozenset({"id", "name", "if", "continue-on-error", "timeout-minutes"}),
    }
)
"""Which keys may stand beside the one that says what a step does."""

_CONTAINER = (
    KeySpec("image", TEXT, "The image; no container is started where it is empty.", templated=True),
    KeySpec("credentials", MAP, "How to log in to the registry.", place="credentials", templated=True),
    KeySpec("env", MAP, f"{ENV} For the container.", place="env", templated=True),
    KeySpec("ports", LIST, "Ports to open: ‘host:container’, or the container's alone.", place="ports", templated=True),
    KeySpec("volumes", LIST, "Volumes and folders to mount: ‘source:target’.", place="volumes", templated=True),
    KeySpec("options", TEXT, "More options of ‘docker create’; not ‘--network’ nor ‘--entrypoint’.", templated=True),
)
_SERVICE = (
    *_CONTAINER,
    KeySpec(
        "command", TEXT, "What the container is started with, in place of the image's own command.", templated=True
    ),
    KeySpec("entrypoint", TEXT, "The program that the container starts, in place of the image's own.", templated=True),
)
_INPUT_TEXT = "What the input is, shown to whoever gives it."
_DISPATCH_INPUT = (
    KeySpec("description", TEXT, _INPUT_TEXT),
    KeySpec(
        "type",
        TEXT,
        "The type of the value; ‘string’ where none is given.",
        values=("string", "number", "boolean", "choice", "environment"),
    ),
    KeySpec("required", FLAG, "Whether a value must be given."),
    KeySpec("default", ("string", "number", "boolean"), "The value where none is given."),
    KeySpec("options", LIST, "What there is to choose from, for an input of type ‘choice’.", place="options"),
    KeySpec("deprecationMessage", TEXT, "What to tell those who still give the input."),
)
_CALL_INPUT = (
    KeySpec("description", TEXT, "What the input is."),
    KeySpec("type", TEXT, "The type of the value.", required=True, values=("string", "number", "boolean")),
    KeySpec("required", FLAG, "Whether the caller must give it."),
    KeySpec("default", ("string", "number", "boolean"), "The value where none is given.", templated=True),
    KeySpec("deprecationMessage", TEXT, "What to tell those who still give the input."),
)
_DEFAULTS_RUN = (
    KeySpec("shell", TEXT, _SHELL, values=tuple(SHELLS), others=True, templated=True),
    KeySpec("working-directory", TEXT, _FOLDER, templated=True),
)


def _free(name: str, doc: str, types: tuple[str, ...] = TEXT, place: str = "") -> KeySpec:
    return KeySpec(name, types, doc, place=place, templated=True)


def _event_types(event: EventSpec) -> tuple[str, ...]:
    if event.name == "schedule":
        return LIST
    return ("null", "object")


def _event_place(event: EventSpec) -> PlaceSpec:
    keys = tuple(_filter(event, name) for name in event.keys)
    if event.name == "schedule":
        return PlaceSpec("‘schedule’", item=KeySpec("cron", MAP, event.doc, place="schedule entry"))
    return PlaceSpec(f"‘{event.name}’", keys)


def _filter(event: EventSpec, name: str) -> KeySpec:
    if name in ("inputs", "outputs", "secrets"):
        place = f"{'call' if event.name == 'workflow_call' else 'dispatch'} {name}"
        return KeySpec(name, ("null", "object"), FILTERS[name], place=place)
    if name == "types":
        return KeySpec(name, TEXTS, FILTERS[name], values=event.types, place=f"{event.name} types")
    return KeySpec(name, ("null", *TEXTS), FILTERS[name], place="patterns" if name != "workflows" else "workflow names")


def _events() -> dict[str, PlaceSpec]:
    places = {f"on.{event.name}": _event_place(event) for event in EVENTS.values()}
    for event in EVENTS.values():
        places[f"{event.name} types"] = PlaceSpec(
            "‘types’", item=KeySpec("type", TEXT, f"An activity of ‘{event.name}’.", values=event.types)
        )
    return places


PLACES: Mapping[str, PlaceSpec] = MappingProxyType(
    {
        "workflow": PlaceSpec("a workflow", WORKFLOW),
        "on": PlaceSpec(
            "‘on’",
            tuple(
                KeySpec(event.name, _event_types(event), event.doc, place=f"on.{event.name}")
                for event in EVENTS.values()
            ),
            item=KeySpec("event", TEXT, "The name of an event.", values=tuple(EVENTS)),
        ),
        **_events(),
        "patterns": PlaceSpec(
            "a list of patterns", item=KeySpec("pattern", TEXT, "A pattern: ‘*’, ‘**’, ‘?’, ‘+’, ‘[…]’, ‘!’.")
        ),
        "workflow names": PlaceSpec("a list of workflows", item=KeySpec("workflow", TEXT, "The name of a workflow.")),
        "schedule entry": PlaceSpec(
            "an entry of ‘schedule’",
            (
                KeySpec("cron", TEXT, "Minute, hour, day of the month, month, day of the week.", required=True),
                KeySpec(
                    "timezone",
                    TEXT,
                    "The time zone that the hours are meant in, such as ‘Europe/Berlin’; UTC where none is given.",
                ),
            ),
        ),
        "dispatch inputs": PlaceSpec(
            "‘inputs’",
            free=KeySpec("<input>", ("null", "object"), "An input.", place="dispatch input", names="new input"),
        ),
        "dispatch input": PlaceSpec("an input", _DISPATCH_INPUT),
        "options": PlaceSpec("‘options’", item=KeySpec("option", TEXT, "One value to choose.")),
        "call inputs": PlaceSpec(
            "‘inputs’", free=KeySpec("<input>", MAP, "An input.", place="call input", names="new input")
        ),
        "call input": PlaceSpec("an input", _CALL_INPUT),
        "call outputs": PlaceSpec("‘outputs’", free=KeySpec("<output>", MAP, "An output.", place="call output")),
        "call output": PlaceSpec(
            "an output",
            (
                KeySpec("description", TEXT, "What the output is."),
                KeySpec(
                    "value",
                    TEXT,
                    "Its value, of the outputs of a job: ‘${{ jobs.<job_id>.outputs.<name> }}’.",
                    required=True,
                    templated=True,
                ),
            ),
        ),
        "call secrets": PlaceSpec(
            "‘secrets’",
            free=KeySpec("<secret>", ("null", "object"), "A secret.", place="call secret", names="new secret"),
        ),
        "call secret": PlaceSpec(
            "a secret",
            (
                KeySpec("description", TEXT, "What the secret is for."),
                KeySpec("required", FLAG, "Whether the caller must give it."),
                KeySpec("deprecationMessage", TEXT, "What to tell those who still give the secret."),
            ),
        ),
        "permissions": PlaceSpec(
            "‘permissions’",
            tuple(KeySpec(scope.name, TEXT, scope.doc, values=scope.levels) for scope in SCOPES.values()),
        ),
        "env": PlaceSpec("‘env’", free=_free("<variable>", "The value of a variable.")),
        "defaults": PlaceSpec(
            "‘defaults’",
            (KeySpec("run", MAP, "What holds for all ‘run’ steps.", place="defaults.run", templated=True),),
        ),
        "defaults.run": PlaceSpec("‘defaults.run’", _DEFAULTS_RUN),
        "concurrency": PlaceSpec(
            "‘concurrency’",
            (
                KeySpec("group", TEXT, "The name of the group.", required=True, templated=True),
                KeySpec(
                    "cancel-in-progress",
                    FLAG,
                    "With ‘true’, what is running in the group is cancelled.",
                    templated=True,
                ),
                KeySpec(
                    "queue",
                    TEXT,
                    "How many may wait: ‘single’ (the newest one) or ‘max’ (up to 100, in order).",
                    values=("single", "max"),
                    templated=True,
                ),
            ),
        ),
        "jobs": PlaceSpec("‘jobs’", free=KeySpec("<job_id>", MAP, "A job.", place="job", names="new job")),
        "job": PlaceSpec("a job", JOB),
        "needs": PlaceSpec("‘needs’", item=KeySpec("job", TEXT, "The id of a job.", names="job")),
        "runs-on": PlaceSpec(
            "‘runs-on’",
            (
                KeySpec("group", TEXT, "The group of runners.", templated=True),
                KeySpec(
                    "labels",
                    TEXTS,
                    "The labels that the runner must all have.",
                    place="labels",
                    values=CURRENT,
                    templated=True,
                    others=True,
                ),
            ),
            item=KeySpec(
                "label", TEXT, "A label that the runner must have.", values=CURRENT, templated=True, others=True
            ),
        ),
        "labels": PlaceSpec(
            "‘labels’",
            item=KeySpec(
                "label", TEXT, "A label that the runner must have.", values=CURRENT, templated=True, others=True
            ),
        ),
        "snapshot": PlaceSpec(
            "‘snapshot’",
            (
                KeySpec("image-name", TEXT, "The name of the image.", required=True, templated=True),
                KeySpec("version", TEXT, "The version of the image, such as ‘2.*’.", templated=True),
                KeySpec("if", ("expression",), "The image is made only where this expression is true.", templated=True),
            ),
        ),
        "environment": PlaceSpec(
            "‘environment’",
            (
                KeySpec("name", TEXT, "The name of the environment.", required=True, templated=True),
                KeySpec("url", TEXT, "Where what was deployed can be seen.", templated=True),
                KeySpec(
                    "deployment",
                    FLAG,
                    "With ‘false’, the environment's secrets and rules hold, but no deployment is recorded.",
                    templated=True,
                ),
            ),
        ),
        "outputs": PlaceSpec("‘outputs’", free=_free("<output>", "The value of an output of the job.")),
        "strategy": PlaceSpec(
            "‘strategy’",
            (
                KeySpec("matrix", MAP, "The values: every combination is a job.", place="matrix", templated=True),
                KeySpec(
                    "fail-fast",
                    FLAG,
                    "With ‘false’, the others go on when one fails; ‘true’ where none is given.",
                    templated=True,
                ),
                KeySpec("max-parallel", NUMBER, "How many run at a time.", templated=True),
            ),
        ),
        "matrix": PlaceSpec(
            "‘matrix’",
            (
                KeySpec(
                    "include",
                    LIST,
                    "Values to add to combinations, or combinations to add.",
                    place="combinations",
                    templated=True,
                ),
                KeySpec(
                    "exclude",
                    LIST,
                    "Combinations to leave out, in part or in whole.",
                    place="combinations",
                    templated=True,
                ),
            ),
            free=KeySpec("<axis>", LIST, "The values of one variable of the matrix.", place="axis", templated=True),
        ),
        "axis": PlaceSpec("a row of the matrix", item=KeySpec("value", ("any",), "One value.", templated=True)),
        "combinations": PlaceSpec(
            "a list of combinations",
            item=KeySpec("combination", MAP, "One combination.", place="combination", templated=True),
        ),
        "combination": PlaceSpec(
            "a combination", free=KeySpec("<axis>", ("any",), "A value.", templated=True, names="axis")
        ),
        "container": PlaceSpec("‘container’", _CONTAINER),
        "services": PlaceSpec(
            "‘services’",
            free=KeySpec("<service>", ("null", "string", "object"), "A service.", place="service", templated=True),
        ),
        "service": PlaceSpec("a service", _SERVICE),
        "credentials": PlaceSpec(
            "‘credentials’",
            (
                KeySpec("username", TEXT, "Who logs in.", templated=True),
                KeySpec("password", TEXT, "The password: an expression with a secret.", templated=True),
            ),
        ),
        "ports": PlaceSpec(
            "‘ports’", item=KeySpec("port", TEXT, "‘host:container’, or the container's port.", templated=True)
        ),
        "volumes": PlaceSpec("‘volumes’", item=KeySpec("volume", TEXT, "‘source:target’.", templated=True)),
        "with": PlaceSpec("‘with’", free=_free("<input>", "The value of an input.", ("string", "number", "boolean"))),
        "secrets": PlaceSpec(
            "‘secrets’", free=_free("<secret>", "The value of a secret.", ("string", "number", "boolean"))
        ),
        "steps": PlaceSpec("‘steps’", item=KeySpec("step", MAP, "A step.", place="step")),
        "step": PlaceSpec("a step", STEP),
        "step.with": PlaceSpec("‘with’", free=_free("<input>", "The value of an input.")),
        "wait": PlaceSpec("‘wait’", item=KeySpec("step", TEXT, "The id of a background step.", names="step")),
        "parallel": PlaceSpec("‘parallel’", item=KeySpec("step", MAP, "A step.", place="step")),
    }
)
"""What may stand where in a workflow file; "workflow" is the whole file."""
