"""The keys of an action.yml, place by place (docs: metadata syntax reference)."""

from collections.abc import Mapping
from types import MappingProxyType

from calibrant.github.icons import ICONS
from calibrant.github.keys import ENV, FLAG, LIST, MAP, PLACES, STEP, TEXT
from calibrant.model.language import KeySpec, PlaceSpec

RUNTIMES: Mapping[str, str] = MappingProxyType(
    {
        "composite": "Steps, as in a job.",
        "node24": "JavaScript, run by Node.js 24.",
        "node20": "JavaScript, run by Node.js 20.",
        "docker": "A container.",
    }
)
"""What ‘runs.using’ may be."""

OLD_RUNTIMES: tuple[str, ...] = ("node12", "node16")
"""Runtimes that GitHub has taken out of service: such actions are run by a newer one, or not at all."""

COLORS = ("white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark")
"""What ‘branding.color’ may be."""

_OR_NOTHING = ("null", "object")
"""A map that GitHub does not miss."""

ACTION = (
    KeySpec("name", TEXT, "What to call the action. The marketplace asks for it."),
    KeySpec("author", TEXT, "Who wrote the action."),
    KeySpec("description", TEXT, "What the action does."),
    KeySpec("inputs", _OR_NOTHING, "The values that the action is given, by name.", place="inputs"),
    KeySpec("outputs", _OR_NOTHING, "What the action gives to later steps, by name.", place="outputs"),
    KeySpec("runs", MAP, "How the action is run.", required=True, place="runs"),
    KeySpec("branding", _OR_NOTHING, "The badge of the action on the marketplace.", place="branding"),
)

COMPOSITE_STEP_KEYS = frozenset(
    {"id", "if", "name", "uses", "run", "working-directory", "shell", "with", "env", "continue-on-error"}
)
"""The keys that a step of a composite action may have."""

_BEFORE = "runs first in the job, before the action itself"
_AFTER = "runs last in the job, when all steps have ended"
_USING = KeySpec("using", TEXT, "How the action is run.", required=True, values=tuple(RUNTIMES))
_PRE_IF = KeySpec(
    "pre-if", ("expression",), "What comes first is run only where this is true; always where none is given."
)
_POST_IF = KeySpec(
    "post-if", ("expression",), "What comes last is run only where this is true; always where none is given."
)
_STEPS = KeySpec("steps", LIST, "What the action does.", place="steps")
_JAVASCRIPT = (
    KeySpec("main", TEXT, "The file with the action's code."),
    KeySpec("pre", TEXT, f"A file that {_BEFORE}."),
    _PRE_IF,
    KeySpec("post", TEXT, f"A file that {_AFTER}."),
    _POST_IF,
)
_DOCKER = (
    KeySpec("image", TEXT, "‘Dockerfile’ for one of the action's own, or ‘docker://’ and an image."),
    KeySpec("entrypoint", TEXT, "What the container starts, in place of the image's own."),
    KeySpec("args", LIST, "What is given to it.", place="args", templated=True),
    KeySpec("env", MAP, f"{ENV} For the container.", place="env", templated=True),
    KeySpec("pre-entrypoint", TEXT, f"A script that {_BEFORE}."),
    _PRE_IF,
    KeySpec("post-entrypoint", TEXT, f"A script that {_AFTER}."),
    _POST_IF,
)

OF_RUNTIME: Mapping[str, tuple[KeySpec, ...]] = MappingProxyType(
    {"composite": (_USING, _STEPS), "node": (_USING, *_JAVASCRIPT), "docker": (_USING, *_DOCKER)}
)
"""The keys of ‘runs’ by what ‘using’ is; "node" stands for every version of it."""

NEEDED: Mapping[str, str] = MappingProxyType({"composite": "steps", "node": "main", "docker": "image"})
"""The key that each of them must have beside ‘using’."""


def _once(*groups: tuple[KeySpec, ...]) -> tuple[KeySpec, ...]:
    return tuple({key.name: key for group in groups for key in group}.values())


ACTION_PLACES: Mapping[str, PlaceSpec] = MappingProxyType(
    {
        "action": PlaceSpec("an action", ACTION),
        "inputs": PlaceSpec(
            "‘inputs’", free=KeySpec("<input>", _OR_NOTHING, "An input.", place="input", names="new input")
        ),
        "input": PlaceSpec(
            "an input",
            (
                KeySpec("description", TEXT, "What the input is."),
                KeySpec("required", FLAG, "Whether a value must be given. (GitHub does not check it.)"),
                KeySpec("default", TEXT, "The value where none is given.", templated=True),
                KeySpec("deprecationMessage", TEXT, "What to tell those who still give the input."),
            ),
        ),
        "outputs": PlaceSpec("‘outputs’", free=KeySpec("<output>", _OR_NOTHING, "An output.", place="output")),
        "output": PlaceSpec(
            "an output",
            (
                KeySpec("description", TEXT, "What the output is."),
                KeySpec(
                    "value",
                    TEXT,
                    "Its value, for a composite action: ‘${{ steps.<id>.outputs.<name> }}’.",
                    templated=True,
                ),
            ),
        ),
        "runs": PlaceSpec("‘runs’", _once(OF_RUNTIME["composite"], OF_RUNTIME["node"], OF_RUNTIME["docker"])),
        "args": PlaceSpec("‘args’", item=KeySpec("argument", TEXT, "One argument.", templated=True)),
        "branding": PlaceSpec(
            "‘branding’",
            (
                KeySpec("icon", TEXT, "The name of a Feather icon.", values=ICONS),
                KeySpec("color", TEXT, "The colour of the badge.", values=COLORS),
            ),
        ),
        "steps": PLACES["steps"],
        "step": PlaceSpec("a step of an action", tuple(key for key in STEP if key.name in COMPOSITE_STEP_KEYS)),
        "step.with": PLACES["step.with"],
        "env": PLACES["env"],
    }
)
"""What may stand where in an action.yml; "action" is the whole file."""


def kind_of(using: str) -> str:
    """Return which group of keys goes with a runtime ("composite", "node", "docker"); "" where it is none of them."""
    name = using.lower()
    return "node" if name.startswith("node") else name if name in OF_RUNTIME else ""
