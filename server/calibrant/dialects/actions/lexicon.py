"""What the words of GitHub's files mean, for editors; see `model.lexicon`."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from calibrant.dialects.actions import in_scope
from calibrant.dialects.actions.event_values import texts
from calibrant.dialects.actions.language import ACTION, WORKFLOW
from calibrant.dialects.actions.naming import mentions
from calibrant.expressions.actions.lexemes import lexemes
from calibrant.expressions.actions.scan import OPEN, find_braces
from calibrant.expressions.actions.typing_at import typing_at
from calibrant.github.contexts import CONTEXTS
from calibrant.github.cron_said import said
from calibrant.github.events import EVENTS
from calibrant.github.metadata import RUNTIMES
from calibrant.github.permissions import EVERYTHING
from calibrant.github.places import place_at, spec_at
from calibrant.github.runners import RUNNERS, SELF_HOSTED
from calibrant.github.shells import SHELLS
from calibrant.github.specs import HERE
from calibrant.model.expression import Path
from calibrant.model.language import KeySpec
from calibrant.model.lexicon import Called, Lexicon
from calibrant.model.token import Modifier, Token, TokenType
from calibrant.model.typing import Typing

_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_REPOSITORY: Final = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)(?P<path>(?:/[\w.-]+)*)@(?P<version>[\w./-]+)")
_LEVELS: Final = {
    "read": "May be read.",
    "write": "May be read and changed.",
    "none": "No access at all.",
}  # fmt: skip


def _key(language: str, path: Path) -> KeySpec | None:
    return spec_at(language, path)


def _label(language: str, path: Path) -> str:
    place = place_at(language, path)
    return place.label if place is not None else ""


def _meaning(language: str, path: Path, value: str) -> str:
    """Return what a text means that stands at a path of the document; "" where it is not one that GitHub prescribes."""
    spec = spec_at(language, path)
    if spec is None:
        return ""
    runner = RUNNERS.get(value.lower())
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    match last:
        case "on" if value in EVENTS:
            return EVENTS[value].doc
        case "runs-on" | "labels":
            return runner.doc if runner is not None else SELF_HOSTED.get(value.lower(), "")
        case "shell" if value in SHELLS:
            return SHELLS[value].doc
        case "using":
            return RUNTIMES.get(value, "")
        case "cron":
            told = said(value)
            return f"{told} In UTC, unless a time zone is given beside it." if told else ""
        case "permissions":
            return EVERYTHING.get(value, "")
    return _LEVELS.get(value, "") if path[-2:-1] == ("permissions",) else ""


_USUAL: Final = {
    (): ("name", "on", "permissions", "env", "jobs"),
    ("on",): ("push", "pull_request", "workflow_dispatch", "schedule", "workflow_call", "release"),
    ("jobs", "*"): ("name", "runs-on", "needs", "if", "permissions", "strategy", "env", "steps"),
    ("jobs", "*", "steps", "*"): ("name", "uses", "run"),
    ("runs", "steps", "*"): ("name", "uses", "run"),
}


def _usual(path: Path) -> tuple[str, ...]:
    """Return the keys, or texts, that most files have at a path, in the order that people write them in."""
    if path[:1] == ("on",) and path[1:] and isinstance(path[1], int):
        path = path[:1]
    for known, names in _USUAL.items():
        if len(known) == len(path) and all(one in ("*", part) for one, part in zip(known, path, strict=True)):
            return names
    return ()


def _alone(path: Path) -> frozenset[str]:
    return frozenset(EVENTS) if path == ("on",) else frozenset({"wait-all"})


def _called(source: str) -> Iterator[Called]:
    for one in lexemes(source):
        if one.sort == "function":
            yield Called(one.text, one.start, one.end)


def _typing(text: str, at: int, whole: bool) -> Typing | None:
    return typing_at(text, at, whole=whole)


_COLOURS: Final[Mapping[str, tuple[TokenType, tuple[Modifier, ...]]]] = {
    "part": ("property", ()),
    "function": ("function", ("defaultLibrary",)),
    "constant": ("enumMember", ("readonly",)),
    "string": ("string", ()),
    "number": ("number", ()),
    "operator": ("operator", ()),
}
_MEMBERS: Final[Mapping[str, tuple[TokenType, tuple[Modifier, ...]]]] = {
    "inputs": ("parameter", ()),
    "secrets": ("variable", ("readonly",)),
    "env": ("variable", ()),
    "vars": ("variable", ()),
    "matrix": ("variable", ("readonly",)),
    "steps": ("function", ()),
    "needs": ("class", ()),
    "jobs": ("class", ()),
}
"""What the names in a context are, where they are not its fields."""


def _tokens(source: str) -> Iterator[Token]:
    for one in lexemes(source):
        if one.sort == "root":
            known = one.text.lower() in CONTEXTS
            yield Token(one.start, one.end, "namespace" if known else "variable")
        elif one.of.lower() in _MEMBERS:
            yield Token(one.start, one.end, *_MEMBERS[one.of.lower()])
        elif one.sort in _COLOURS:
            yield Token(one.start, one.end, *_COLOURS[one.sort])


def _refusal(sort: str, name: str) -> str:
    """Return why something cannot get a name; ids are letters, digits, ‘_’ and ‘-’, and begin with a letter or ‘_’."""
    if _ID.fullmatch(name):
        return ""
    better = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
    better = f"_{better}" if better[:1].isdigit() else better
    hint = f" Write ‘{better}’." if better else ""
    return (
        f"‘{name}’ cannot be the name of this {sort}: a name begins with a letter or ‘_’, and has nothing but letters, "
        f"digits, ‘_’ and ‘-’.{hint}"
    )


def _page(action: str) -> str:
    """Return the address of an action's, or a reusable workflow's, files at that version; "" for a local one and an image."""
    found = _REPOSITORY.fullmatch(action)
    if found is None:
        return ""
    kind = "blob" if found["path"].endswith((".yml", ".yaml")) else "tree"
    return f"https://github.com/{found['repository']}/{kind}/{found['version']}{found['path']}"


def _is_near(action: str) -> bool:
    return action.startswith(HERE) and OPEN not in action


def _fits(action: str, names: str) -> bool:
    """Tell whether an action stands where actions do, or a reusable workflow where these do."""
    return (names == "reusable workflow") == action.partition("@")[0].endswith((".yml", ".yaml"))


def _lexicon(language: str) -> Lexicon:
    key: Callable[[Path], KeySpec | None] = partial(_key, language)
    return Lexicon(
        opens=OPEN,
        braces=find_braces,
        key=key,
        label=partial(_label, language),
        meaning=partial(_meaning, language),
        usual=_usual,
        alone=_alone,
        mentions=mentions,
        roots=in_scope.roots,
        members=in_scope.members,
        texts=texts,
        word=in_scope.word,
        gives=in_scope.gives,
        named=in_scope.named,
        function=in_scope.function,
        called=_called,
        typing=_typing,
        tokens=_tokens,
        lexemes=lexemes,
        refusal=_refusal,
        page=_page,
        is_near=_is_near,
        fits=_fits,
    )


LEXICONS: Mapping[str, Lexicon] = MappingProxyType({one.name: _lexicon(one.name) for one in (WORKFLOW, ACTION)})
"""The lexicons of both languages, by their names."""
