"""Patterns of branches, tags and files that fit nothing, or not what they seem to."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from calibrant.github.events import EVENTS
from calibrant.github.languages import WORKFLOW
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.nodes import Map, Node, Scalar
from calibrant.model.workflow import Workflow
from calibrant.rules.actions.walking import elements, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_OF_REFS = ("branches", "branches-ignore", "tags", "tags-ignore")
_OF_PATHS = ("paths", "paths-ignore")
_NOT_IN_REFS = re.compile(r"[\x00-\x20\x7f~^:]")
_FULL_REF = re.compile(r"!?refs/(heads|tags)/(.+)")


class Fault(NamedTuple):
    """What is wrong with a pattern: in words, where in its text [start, end), how bad, and what to write instead."""

    message: str
    hint: str = ""
    start: int = 0
    end: int = -1
    severity: Severity = "error"
    better: str = ""


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    on = workflow.root.get("on") if isinstance(workflow.root, Map) else None
    if not isinstance(on, Map) or workflow.language.name != WORKFLOW:
        return
    for entry in on.entries:
        if entry.name not in EVENTS or not isinstance(entry.value, Map) or entry.value.aliased:
            continue
        for name in (*_OF_REFS, *_OF_PATHS):
            patterns = entry.value.get(name)
            if patterns is not None and not patterns.aliased:
                yield from _of_filter(entry.name, name, patterns)


def _of_filter(event: str, name: str, patterns: Node) -> Iterator[Finding]:
    nodes = elements(patterns)
    texts = [text_of(node) for node in nodes]
    for at, (node, text) in enumerate(zip(nodes, texts, strict=True)):
        if text is None or not isinstance(node, Scalar) or node.aliased:
            continue
        fault = fault_of(text, paths=name in _OF_PATHS)
        if fault is not None:
            where = ("on", event, name, at) if node is not patterns else ("on", event, name)
            yield _finding(fault, node, text, where)
    if texts and all(text is not None and text.startswith("!") for text in texts):
        yield _only_negative(event, name, nodes[0], texts[0] or "")


def _only_negative(event: str, name: str, node: Node, text: str) -> Finding:
    ignoring = name.endswith("-ignore")
    base = name.removesuffix("-ignore")
    message = (
        f"In ‘{name}’ a pattern takes out by itself: ‘!’ does not belong there."
        if ignoring
        else f"Every pattern here takes out, and none takes in, so ‘{event}’ never starts this workflow by its {base}."
    )
    hint = (
        f"Remove the ‘!’, or use ‘{base}’."
        if ignoring
        else f"Put a pattern that takes in before them, such as ‘**’, or write ‘{base}-ignore’ without the ‘!’."
    )
    return Finding(
        "bad-pattern", Kind.DEFINITION, node.span, message, hint=hint, where=("on", event, name), subject=text
    )


def _finding(fault: Fault, node: Scalar, text: str, where: tuple[str | int, ...]) -> Finding:
    span = node.span if fault.end < 0 else node.locate(fault.start, fault.end)
    return Finding(
        "bad-pattern",
        Kind.DEFINITION,
        span,
        fault.message,
        hint=fault.hint,
        severity=fault.severity,
        where=where,
        subject=text,
        candidates=(fault.better,) if fault.better else (),
    )


def fault_of(text: str, *, paths: bool) -> Fault | None:
    """Return what is wrong with a pattern of file paths, or else of branches or tags; None where nothing is."""
    return _syntax(text) or (_path_fault(text) if paths else _ref_fault(text))


def _syntax(text: str) -> Fault | None:
    if text == "!":
        return Fault("‘!’ alone takes nothing out.", "Write a pattern after it.")
    at, escaped = 0, False
    while at < len(text):
        letter = text[at]
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == "[":
            end = text.find("]", at + 1)
            if end < 0:
                return Fault(
                    "The bracket ‘[’ is never closed.", "Close it, or write ‘\\[’ for the character itself.", at, at + 1
                )
            fault = _set_fault(text, at + 1, end)
            if fault is not None:
                return fault
            at = end
        elif letter in "?+" and (at == 0 or (at == 1 and text[0] == "!")):
            return Fault(
                f"‘{letter}’ repeats the character before it, and there is none.", "Write ‘*’ for any text.", at, at + 1
            )
        at += 1
    return None


def _set_fault(text: str, start: int, end: int) -> Fault | None:
    inside = text[start:end]
    if not inside:
        return Fault(
            "These brackets are empty, so nothing fits.",
            "Write the characters that may stand there.",
            start - 1,
            end + 1,
        )
    for found in re.finditer(r"([A-Za-z0-9])-([A-Za-z0-9])", inside):
        if found[1] > found[2]:
            message = f"The range ‘{found[0]}’ runs backwards."
            return Fault(message, f"Write ‘{found[2]}-{found[1]}’.", start + found.start(), start + found.end())
    return None


def _ref_fault(text: str) -> Fault | None:
    bad = _NOT_IN_REFS.search(text)
    if bad is not None:
        shown = "a blank" if bad[0] == " " else f"‘{bad[0]}’" if bad[0].isprintable() else "such a character"
        return Fault(
            f"No name of a branch or tag has {shown} in it, so nothing fits.",
            "Write ‘*’ for any text.",
            bad.start(),
            bad.end(),
        )
    full = _FULL_REF.fullmatch(text)
    if full is not None:
        better = ("!" if text.startswith("!") else "") + full[2]
        message = "Patterns are of the name alone: this one begins with ‘refs/’, so nothing fits."
        return Fault(message, f"Write ‘{better}’.", severity="warning", better=better)
    name = text.removeprefix("!")
    if name.startswith("/") or name.endswith("/"):
        return Fault(
            "No name of a branch or tag begins or ends with ‘/’, so nothing fits.",
            f"Write ‘{name.strip('/')}’.",
            better=name.strip("/"),
        )
    return None


def _path_fault(text: str) -> Fault | None:
    name = text.removeprefix("!")
    sign = "!" if text.startswith("!") else ""
    if name.startswith(("./", "../")):
        better = sign + name[2:] if name.startswith("./") else ""
        message = f"Paths are told from the repository's root without ‘{name[: name.index('/') + 1]}’, so nothing fits."
        return Fault(message, f"Write ‘{better}’." if better else "Only files of the repository count.", better=better)
    if name.startswith("/"):
        better = sign + name.lstrip("/")
        return Fault(
            "Paths are told from the repository's root without ‘/’ at their beginning, so nothing fits.",
            f"Write ‘{better}’.",
            better=better,
        )
    if name != name.strip():
        return Fault(
            "There are blanks around this path, so nothing fits.",
            f"Write ‘{sign}{name.strip()}’.",
            better=sign + name.strip(),
        )
    if name.endswith("/"):
        better = f"{text}**"
        message = "Patterns fit files, and no file's path ends with ‘/’, so nothing fits."
        return Fault(message, f"For all that is in the folder write ‘{better}’.", better=better)
    return None


RULE = Rule(("bad-pattern",), workflow=_check)
