"""Passwords, tokens and keys that stand in the workflow as they are."""

from collections.abc import Callable, Iterable, Iterator

from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.credential_formats import Format
from calibrant.rules.credential_search import Found, behind_words, distinct, formats_in, has_words, of_key, of_provider
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.syntax import comments

_NO_NAME = ("default", "value", "sample")
"""Keys that say nothing of what their value is: the key around them does."""


_HINT = (
    "Replace it at its provider: what was once written down counts as known. Name the new one under ‘secrets’"
    " and write ‘{{{{ secrets.{} }}}}’ here."
)
Judge = Callable[[Found, str, Path], Found | None]
"""Returns what to tell of something found in a text at a path, or None for nothing."""


def _check_step(body: StepBody, _known: Known) -> Iterator[Finding]:
    yield from credentials(body.text, body.node, _HINT)


def _check_workflow(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    yield from credentials_around(workflow.text, workflow.root, workflow.steps_span, _HINT)


def credentials_around(
    text: str, node: Node, inner: Span | None, hint: str, judge: Judge | None = None
) -> Iterator[Finding]:
    """Yield the credentials in a node, but for what lies in the span `inner`; see `credentials`."""
    around = (text[: inner.start], text[inner.end :]) if inner else (text, "")
    if any(formats_in(part) or has_words(part) for part in around):
        yield from credentials(text, node, hint, inner, judge)


def credentials(
    text: str, node: Node, hint: str, but: Span | None = None, judge: Judge | None = None
) -> Iterator[Finding]:
    """Yield what stands in a node and in the comments around it, but for what lies in the span `but`.

    `hint` has a place for the name that the credential is to have as a secret.
    """
    part = text if but is None else text[: but.start] + "\n" + text[but.end :]
    formats, words = formats_in(part), has_words(part)
    if formats or words:
        for path, key, scalar in _scalars(node):
            if isinstance(scalar.value, str) and not scalar.aliased:
                for found in _in_scalar(key, scalar, scalar.value, formats, words):
                    judged = judge(found, scalar.value, path) if judge else found
                    if judged is not None:
                        yield _finding(judged, scalar.locate(found.span.start, found.span.end), path, hint)
    if formats and "#" in part:
        yield from _in_comments(text, node, formats, but, hint)


def _in_scalar(key: str, scalar: Scalar, value: str, formats: list[Format], words: bool) -> Iterable[Found]:
    found = list(of_provider(value, formats))
    if words:
        whole = None if scalar.template else of_key(key, value)
        found += [whole] if whole else behind_words(value)
    return distinct(found) if len(found) > 1 else found


def _in_comments(text: str, node: Node, formats: list[Format], but: Span | None, hint: str) -> Iterator[Finding]:
    for comment in comments(text, node):
        if but is None or not but.holds(comment.start):
            for found in distinct(of_provider(text[comment.start : comment.end], formats)):
                yield _finding(found, found.span.shift(comment.start), (), hint)


def _scalars(node: Node) -> Iterator[tuple[Path, str, Scalar]]:
    """Yield every scalar below a node, keys too, with its path and the key that names it."""
    waiting: list[tuple[Path, str, Node]] = [((), "", node)]
    while waiting:
        path, key, here = waiting.pop()
        match here:
            case Scalar():
                yield path, key, here
            case Map():
                for entry in here.entries:
                    yield path, "", entry.key
                    name = key if entry.name in _NO_NAME and key else entry.name
                    waiting.append(((*path, entry.name), "" if entry.name == "sample" else name, entry.value))
            case Seq():
                waiting += ((((*path, at), key, item)) for at, item in enumerate(here.items))


def _finding(found: Found, span: Span, path: Path, hint: str) -> Finding:
    return Finding(
        code="credential-in-text",
        kind=Kind.SECURITY,
        span=span,
        message=f"{found.what}{found.shown} stands here in plain text, where everyone who reads the file can take it.",
        hint=hint.format(found.secret),
        where=path,
        subject=found.what,
        evidence={"secret": found.secret},
        confidential=True,
    )


RULE = Rule(("credential-in-text",), step=_check_step, workflow=_check_workflow)
