"""An expression that cannot be read: written as it was most likely meant, where that can be read."""

import re
from collections.abc import Iterator

import msgspec

from calibrant.expressions import parse_expression
from calibrant.expressions.filters import known_filters, known_tests
from calibrant.model.change import Change, EditText, SetValue
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair, Safety
from calibrant.model.issue import Finding, Issue
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow
from calibrant.repairs.names import offered
from calibrant.repairs.rewriting import FILTERS, WORDS, balanced, rewritten
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import Source, node_at, offset_in, source_at, sources, step_at
from calibrant.repairs.wording import change, quoted

_MOST = 3
_LONGEST = 2_000
"""Characters of an expression above which it is not looked into: what is longer was not written by hand."""

_NAMED = re.compile(r"There is no (?P<what>filter|test) called ‘(?P<name>\w+)’")
_REFERENCE = re.compile(r"[^\W\d]\w*(?:\s*\.\s*\w+|\[[^\]\n]*\])*")


class _Mended(msgspec.Struct, frozen=True):
    """An expression that can be read; `sure` where it can hardly have been meant differently."""

    text: str
    title: str
    sure: bool


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    if issue.code == "unknown-step":
        yield from _constant(issue, workflow, specs)
        return
    source = _broken(workflow, issue.finding)
    if source is None or len(source.text) > _LONGEST:
        return
    made = list(_unclosed(source) if _is_open(source) else _read(source))
    for rank, mended in enumerate(made[:_MOST]):
        level: Safety = safety(issue, workflow, specs, 1) if mended.sure and rank == 0 else "review"
        yield Proposal(mended.title, (_written(source, mended.text),), level, rank)


def _broken(workflow: Workflow, finding: Finding) -> Source | None:
    """Return the expression that the finding is about."""
    step = step_at(workflow, finding)
    for source in sources(step) if step else ():
        expression = source.expression
        at = source.step.at(expression.error_span or expression.span)
        if expression.error is not None and at == finding.span and node_at(workflow, source.path) is source.scalar:
            return source
    return None


def _written(source: Source, text: str) -> Change:
    if isinstance(source.scalar.value, str) and source.scalar.marks:
        start = offset_in(source.scalar, source.expression.span.start)
        return EditText(source.path, start, start + len(source.text), text)
    return SetValue(source.path, text)


def _can_be_read(text: str) -> bool:
    """Tell whether an expression can be read, and braces around it end where they should."""
    if "}}" in text or "{{" in text or not text.strip():
        return False
    return parse_expression(Scalar(Span(0, len(text)), text, marks=((0, 0),))).error is None


def _read(source: Source) -> Iterator[_Mended]:
    """Yield the expression as it may have been meant."""
    inner = re.sub(r"\{\{\s*(.*?)\s*\}\}", r"\1", source.text, flags=re.DOTALL) if "{{" in source.text else source.text
    if inner != source.text and _can_be_read(inner):
        yield _Mended(inner, "Leave out the braces inside the expression", sure=True)
        return
    text, notes = rewritten(inner)
    named = _NAMED.match(_error(text))
    if named:
        yield from _renamed(text, notes, named)
    elif notes and _can_be_read(text):
        yield _Mended(text, _title(notes), sure=True)
    for made, old, new in balanced(text):
        if _can_be_read(made):
            yield _Mended(made, _title([*notes, (old, new)]), sure=bool(old))


def _error(text: str) -> str:
    return parse_expression(Scalar(Span(0, len(text)), text, marks=((0, 0),))).error or ""


def _title(notes: list[tuple[str, str]]) -> str:
    """Return in words what is written for what, what is taken out, and what is closed."""
    parts: list[str] = []
    written = [f"{quoted(new)} for {quoted(old)}" for old, new in notes if old and new]
    taken = [quoted(old) for old, new in notes if not new]
    closed = [quoted(new) for old, new in notes if not old]
    for verb, several in (("write", written), ("take out", taken), ("close it with", closed)):
        parts += [f"{verb} {' and '.join(several)}"] if several else []
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def _renamed(text: str, notes: list[tuple[str, str]], named: re.Match[str]) -> Iterator[_Mended]:
    """Yield the expression with the filters, or tests, that are close to the one that is not there."""
    wrong, is_filter = named["name"], named["what"] == "filter"
    known = known_filters() if is_filter else known_tests()
    alias = FILTERS.get(wrong.lower()) if is_filter else None
    offer = offered(wrong, sorted(known))
    names = list(dict.fromkeys([*([alias] if alias else []), *offer.names[: offer.near]]))
    before = r"\|\s*" if is_filter else r"\bis\s+(?:not\s+)?"
    for at, name in enumerate(names):
        made = re.sub(rf"({before}){re.escape(wrong)}\b", rf"\g<1>{name}", text)
        if _can_be_read(made):
            title = change(wrong, name) if not notes else _title([*notes, (wrong, name)])
            yield _Mended(made, title, sure=at == 0)


def _is_open(source: Source) -> bool:
    error, text = source.expression.error_span, source.scalar.value
    return error is not None and error.start < source.expression.span.start and isinstance(text, str) and "{{" in text


def _unclosed(source: Source) -> Iterator[_Mended]:
    """Yield where braces that are never closed may close: at the end, or behind the first reference."""
    text, title = source.text, "Close the braces with ‘}}’"
    whole = str(source.scalar.value).strip().startswith("{{") and str(source.scalar.value).strip().endswith(text)
    if text.endswith("}") and _can_be_read(text[:-1].rstrip()):
        yield _Mended(f"{text}}}", title, sure=True)
        return
    first = _REFERENCE.match(text)
    if first and first.end() < len(text) and _can_be_read(first[0]):
        behind = re.sub(r"\A\s*\}(?!\})", "", text[first.end() :])
        yield _Mended(f"{first[0]} }}}}{behind}", f"{title} behind {quoted(first[0])}", sure=False)
    if _can_be_read(text):
        end = _Mended(f"{text} }}}}", title, sure=whole and first is not None and first.end() == len(text))
        yield end


def _constant(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    """Yield `none` for `null`, and what else is a constant elsewhere and the name of a step here."""
    finding = issue.finding
    name, source = WORDS.get(finding.subject.lower()), source_at(workflow, finding)
    alone = source and any(one.root == finding.subject and not one.path for one in source.expression.references)
    if name is None or source is None or not alone:
        return
    span = finding.span.shift(-source.step.origin)
    at = source.at(span)
    if at is not None and source.text[at[0] : at[1]] == finding.subject:
        made = source.text[: at[0]] + name + source.text[at[1] :]
        yield Proposal(change(finding.subject, name), (source.to(made),), safety(issue, workflow, specs, 1))


REPAIR = Repair("mend-expression", frozenset({"bad-expression", "unknown-step"}), 0.88, _propose)
