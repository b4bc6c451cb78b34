"""What follows from a character just typed: braces are closed, a list of steps goes on.

The protocol cannot say where the cursor is afterwards. Most editors keep it before what is inserted right at it; VS Code moves it
behind. What must come before the cursor therefore ends before the character that the cursor stands behind, which is the same
everywhere; what must come after it can only be inserted at it, which is not for editors that move on.
"""

import re
from collections.abc import Callable
from typing import Final

from calibrant import dialects
from calibrant.ide.excerpt import excerpt_at
from calibrant.ide.pieces import pieces_at
from calibrant.ide.texts import expressions, scalars
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span, TextEdit, apply_edits, line_start
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.rules.known import Known

Read = Callable[[str], Workflow | None]
Edits = tuple[TextEdit, ...]

_WRAPPED: Final = re.compile(r"[\w.(\[{]")
"""What stands behind braces that are put before something: whoever types these closes them behind it."""
_VALUE: Final = re.compile(r"(?:[:,\[]|(?:^|[ \t])-)[ \t]+\Z")
_REST_OF_LINE: Final = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")


def closing_braces(workflow: Workflow, known: Known, read: Read, offset: int) -> Edits:
    """Return the edits that close the braces opened right before `offset`; none where nothing is to be closed.

    A value that begins with braces gets the quotes that it must have. `read` reads a text as one of the same document: braces
    are closed where an expression comes of it, and nowhere else.
    """
    text = workflow.text
    lexicon = dialects.lexicon(workflow.language.name)
    opens = lexicon.opens if lexicon is not None else "{{"
    opened = offset - len(opens)
    if opened < 0 or text[opened:offset] != opens or text[max(opened - 1, 0) : opened] == "{":
        return ()
    after = text[offset : offset + 2]
    if after == "}}" or _WRAPPED.match(after):
        return ()
    if _expression_at(workflow, known, opened):
        return ()
    missing = " }" if after.startswith("}") else " }}"
    plain = (TextEdit(Span(offset, offset), missing),)
    around = excerpt_at(workflow, offset)

    def makes_expression(edits: Edits) -> bool:
        by = around.cursor - offset
        changed = apply_edits(around.text, [TextEdit(edit.span.shift(by), edit.text) for edit in edits])
        start = opened + by + sum(len(edit.text) for edit in edits if edit.span.end <= opened)
        return _expression_at(read(changed), known, start, empty=True)

    if makes_expression(plain):
        return plain
    if (
        lexicon is not None
        or after.startswith("}")
        or not _REST_OF_LINE.match(text, offset)
        or not _VALUE.search(text[line_start(text, opened) : opened])
    ):
        return ()
    quoted = (TextEdit(Span(opened, opened), '"'), TextEdit(Span(offset, offset), ' }}"'))
    return quoted if makes_expression(quoted) else ()


def _expression_at(workflow: Workflow | None, known: Known, start: int, *, empty: bool = False) -> bool:
    """Tell whether braces that are closed, and empty where that is asked for, open an expression at `start`."""
    for piece in pieces_at(workflow, start) if workflow else ():
        for place in expressions(piece.body, known):
            braces = place.braces
            if braces is None or not braces.closed or (empty and place.source.strip()):
                continue
            if piece.origin + place.scalar.locate(braces.start, braces.inner).start == start:
                return True
    return False


def next_step(workflow: Workflow, offset: int, begun: int | None = None) -> Edits:
    """Return the edit that begins a new step on the empty line of `offset`, if that is what an empty line asks for.

    It is where the line before is empty too, and ends a step that says all it needs: one who wants another key of the step
    goes on in the first line. The blank right before the cursor stays, see above; without one there is nothing. Another Enter
    takes the step back that was begun so at the offset `begun`, if nothing was said of it.
    """
    text = workflow.text
    line = text.rfind("\n", 0, offset) + 1
    if line == offset or text[line:offset].strip(" ") or text[offset : offset + 1] not in ("", "\r", "\n"):
        return ()
    step = _ended_before(workflow, line)
    nearest = step or (workflow.steps[0] if workflow.steps else None)
    words = f"- {_first_key(workflow, nearest)}:" if nearest is not None else ""
    if begun is not None and words and (empty := _still_empty(workflow, begun, line, words)):
        return (TextEdit(empty, ""),)
    if step is None or not _is_complete(step.body):
        return ()
    dash = _dash(step)
    end = len(text[:line].rstrip())
    if dash is None or offset - line <= dash or text.count("\n", end, offset) != 2:
        return ()
    gap = line if _has_gaps(workflow, step) else text.rfind("\n", 0, line - 1) + 1
    return (TextEdit(Span(gap, offset - 1), " " * dash + words),)


def _still_empty(workflow: Workflow, begun: int, line: int, words: str) -> Span | None:
    """Return the place of a step that was begun at an offset, with these words alone, in the line before that at `line`."""
    text = workflow.text
    start = text.rfind("\n", 0, max(line - 1, 0)) + 1
    before = text[start:line].rstrip("\r\n")
    return Span(start, start + len(before)) if start == begun and before.strip(" ") == words else None


def _ended_before(workflow: Workflow, offset: int) -> Step | None:
    """Return the step after whose last character only blanks come up to `offset`, and after it too."""
    for step in workflow.steps:
        end = step.origin + len(step.body.text)
        if step.origin < offset <= end:
            last = step.span.end
            return step if last <= offset and not workflow.text[last:end].strip() else None
    return None


def _dash(step: Step) -> int | None:
    """Return the column of a step's dash, None where it has none of its own."""
    before = step.body.text[: step.body.node.span.start]
    line = before.rsplit("\n", 1)[-1]
    return len(line) - len(line.lstrip(" ")) if line.strip() == "-" else None


def _has_gaps(workflow: Workflow, step: Step) -> bool:
    """Tell whether steps stand apart by empty lines; where there is only one yet, the line that was left empty says so."""
    steps = [one for one in workflow.steps if one.job == step.job]
    at, made = step.position, 0
    if len(steps) < 2:
        return True
    if at:
        at -= 1
    else:
        made = 2  # the lines that were just begun stand between the two
    return workflow.text.count("\n", steps[at].span.end, steps[at + 1].span.start) - made > 1


def _first_key(workflow: Workflow, step: Step) -> str:
    """Return the key that a step begins with: the one that most begin with, else the one that it must have."""
    lexicon = dialects.lexicon(workflow.language.name)
    if lexicon is not None:
        return next(iter(lexicon.usual(workflow.path_of(step))), "name")
    language = workflow.language
    keys = language.keys.get("step", ())
    return next((key.name for key in keys if key.required), keys[0].name if keys else "name")


def _is_complete(body: StepBody) -> bool:
    """Tell whether a step was read without mistakes, does something, and does not end with a text that may go on."""
    does = body.action is not None or body.run is not None
    if body.problems or not does or not isinstance(body.node, Map) or any(_holes(body.node)):
        return False
    last = max(scalars(body.node), key=lambda scalar: scalar.span, default=None)
    return last is None or last.style not in ("literal", "folded")


def _holes(node: Node) -> list[Hole]:
    match node:
        case Hole():
            return [node]
        case Map():
            return [hole for entry in node.entries for hole in _holes(entry.value)]
        case Seq():
            return [hole for item in node.items for hole in _holes(item)]
        case Scalar():
            return []
