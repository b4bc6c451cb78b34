"""Plain words for a value or a line that YAML cannot read."""

import re

from calibrant.model.issue import Finding
from calibrant.model.text import Span
from calibrant.syntax.quoted import BAD_ESCAPE
from calibrant.syntax.tree import syntax_problem
from calibrant.syntax.yaml_nodes import unquoted

_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SINGLE = re.compile(r"'(?:[^']|'')*'")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![^\s\[{,:])\'(?:[^\']|\'\')*\'|[\[\]{}]', re.DOTALL)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_TAB_INDENT = re.compile(r"^ *+(\t++)[ \t]*+(?=[^\s#])", re.MULTILINE)
_CLOSERS = {"[": "]", "{": "}"}
_TIGHT_COLON = re.compile(r"([A-Za-z_][\w-]*):(?=[^\s:/])")


def guess_value(text: str, at: int) -> Finding:
    """Return what is probably wrong with a value; `text` begins with it and `at` is where it stands in the piece."""
    body = text.rstrip()
    for guess in (_control, _template, _quotes, _brackets, _indicator, _colon):
        finding = guess(body, at)
        if finding is not None:
            return finding
    return _at(at, body.split("\n")[0], "This value cannot be read.", "Put it in quotes.")


def guess_line(line: str, at: int) -> Finding:
    """Return what is probably wrong with a line that should be `key: value`; `at` is where it stands in the piece."""
    body = line.rstrip()
    if (control := _control(body, at)) is not None:
        return control
    if (tight := _TIGHT_COLON.match(body)) is not None:
        colon = at + tight.end()
        hint = f"Write ‘{tight[1]}: {body[tight.end() :][:30]}’."
        return syntax_problem(Span(at, colon), "After the colon there must be a space.", hint, tight[0])
    if body.startswith("- "):
        return _at(
            at,
            body,
            "A list item stands here where a ‘key: value’ belongs.",
            "Indent it below its key, or remove the dash.",
        )
    if body.startswith("-") and not body.startswith("---"):
        return _at(at, body, "After the dash there must be a space.", f"Write ‘- {body[1:31]}’.")
    if body[:1] in "\"'[{&*@`%|>":
        found = _quotes(body, at) or _brackets(body, at)
        if found is not None:
            return found
    return _at(at, body, f"After ‘{body[:40]}’ a colon is missing.", f"Write ‘{body[:40]}: …’, or remove the line.")


def tab_indent(text: str, at: int) -> Finding | None:
    """Return the finding about the first line that is indented by a tab, if there is one."""
    match = _TAB_INDENT.search(text)
    if match is None:
        return None
    span = Span(at + match.start(1), at + match.end(1))
    return syntax_problem(
        span, "A tab is used for indentation; YAML takes only spaces there.", "Replace it by spaces.", "\t"
    )


def bad_indentation(line: str, at: int, column: int) -> Finding:
    """Return the finding about a line that begins at a column where nothing can begin."""
    body = line.strip()
    message = f"‘{body[:40]}’ is not indented like the lines it belongs to."
    return _at(at, body, message, f"Its neighbours begin after {column} spaces.")


def less_indented(line: str, at: int) -> Finding:
    """Return the finding about a line that stands further left than the first line of the block text that it is in."""
    body = line.strip()
    message = f"‘{body[:40]}’ is indented less than the first line of the text above, so it is no part of it."
    return _at(at, body, message, "Let all lines of a text begin at the same column as its first, or further right.")


def not_below(line: str, at: int) -> Finding:
    """Return the finding about the first line of a block text that stands no further right than what it belongs to."""
    body = line.strip()
    message = f"‘{body[:40]}’ is not indented below the line above, whose text it seems to be."
    return _at(at, body, message, "Begin every line of the text two spaces further right than its key.")


def _at(at: int, text: str, message: str, hint: str = "") -> Finding:
    shown = text.rstrip()
    return syntax_problem(Span(at, at + max(len(shown), 1)), message, hint, shown)


def _control(body: str, at: int) -> Finding | None:
    match = CONTROL.search(body)
    if match is None:
        return None
    name = f"U+{ord(match[0]):04X}"
    span = Span(at + match.start(), at + match.end())
    return syntax_problem(span, f"The invisible character {name} is not allowed here.", "Remove it.", name)


def _template(body: str, at: int) -> Finding | None:
    if not body.startswith("{{"):
        return None
    return unquoted(body, Span(at, at + len(body.split("\n")[0].rstrip())))


def _quotes(body: str, at: int) -> Finding | None:
    if body[:1] not in ('"', "'"):
        return None
    whole = (_DOUBLE if body[0] == '"' else _SINGLE).match(body)
    if whole is None:
        line = body.split("\n")[0].rstrip()
        hint = f"Write {body[0]} at its end as well."
        return _at(at, line, f"The quote {body[0]} that begins here is not closed.", hint)
    if body[0] == '"':
        for escape in BAD_ESCAPE.finditer(whole[0]):
            if escape["bad"]:
                hint = (
                    "Write \\\\ for a backslash, or use single quotes, in which a backslash is an ordinary character."
                )
                return _at(at + escape.start(), escape[0], f"‘{escape[0]}’ means nothing in double quotes.", hint)
    rest = body[whole.end() :]
    if rest.strip():
        start = at + whole.end() + len(rest) - len(rest.lstrip())
        return _at(
            start,
            rest.strip().split("\n")[0],
            "There is text after the closing quote.",
            "Put the quotes around the whole value.",
        )
    return None


def _brackets(body: str, at: int) -> Finding | None:
    if body[:1] not in _CLOSERS:
        return None
    unclosed = _open_quote(body, at)
    stack: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(body):
        char = token[0]
        if char in _CLOSERS:
            if body.startswith("{{", token.start()) and (not stack or body[stack[-1][1] - at] != "{"):
                line = body[token.start() :].split("\n")[0]
                return unquoted(line, Span(at + token.start(), at + token.start() + 2))
            stack.append((char, at + token.start()))
        elif char in "]}":
            if not stack or _CLOSERS[stack[-1][0]] != char:
                return _unexpected(char, at + token.start(), _CLOSERS[stack[-1][0]] if stack else "")
            stack.pop()
            if not stack and body[token.end() :].strip():
                rest = body[token.end() :]
                start = at + token.end() + len(rest) - len(rest.lstrip())
                hint = "Put the whole value in quotes if the brackets belong to its text."
                return _at(start, rest.strip().split("\n")[0], "There is text after the closing bracket.", hint)
    if unclosed is not None:
        return unclosed
    if stack:
        char, place = stack[-1]
        return _at(place, char, f"The bracket ‘{char}’ is not closed.", f"Write ‘{_CLOSERS[char]}’ where it ends.")
    comma = re.search(r",(?=\s*[,\]}])|(?<=[\[{])\s*,", body)
    if comma is not None:
        return _at(at + comma.end() - 1, ",", "There is a comma too many here.", "Remove it.")
    return _at(
        at,
        body.split("\n")[0],
        "What stands between these brackets cannot be read.",
        "Look for a missing comma or quote.",
    )


def _unexpected(char: str, at: int, wanted: str) -> Finding:
    if wanted:
        return _at(at, char, f"Here ‘{wanted}’ was expected, not ‘{char}’.", f"Write ‘{wanted}’.")
    return _at(at, char, f"There is no opening bracket for this ‘{char}’.", "Remove it, or open it before.")


def _open_quote(body: str, at: int) -> Finding | None:
    """Find a quote that opens inside brackets and is not closed."""
    masked = _TOKEN.sub(lambda match: "_" * len(match[0]) if match[0][0] in "\"'" else match[0], body)
    quote = re.search(r"(?:^|[\[{,:])\s*([\"'])", masked)
    if quote is None:
        return None
    line = body[quote.start(1) :].split("\n")[0]
    return _at(
        at + quote.start(1),
        line,
        f"The quote {quote[1]} that begins here is not closed.",
        f"Write {quote[1]} at its end as well.",
    )


def _indicator(body: str, at: int) -> Finding | None:
    first = body[:1]
    line = body.split("\n")[0]
    if first in ("@", "`", "%"):
        return _at(at, line, f"A value cannot begin with ‘{first}’.", "Put it in quotes.")
    if first in ("*", "&", "!"):
        return _at(
            at,
            line,
            f"‘{first}’ has a meaning of its own at the beginning of a value.",
            "Put the value in quotes if it is a text.",
        )
    if first in ("|", ">"):
        return _at(
            at,
            line,
            f"After ‘{first}’ the text must begin on the next line.",
            "Move the text to the next line and indent it.",
        )
    if first == "-" and body[1:2] in (" ", "\t", ""):
        return _at(
            at,
            line,
            "A list cannot begin on the same line as its key.",
            "Write each item on its own line below the key.",
        )
    if first in ("]", "}"):
        return _at(at, first, f"There is no opening bracket for this ‘{first}’.", "Remove it.")
    if first == ",":
        return _at(at, first, "A value cannot begin with a comma.", "Put it in quotes.")
    return None


def _colon(body: str, at: int) -> Finding | None:
    line = body.split("\n")[0]
    colon = re.search(r":(?=\s|$)", line)
    if colon is None:
        return None
    hint = "Put the whole value in quotes, or begin a new line if it is a key of its own."
    return _at(at, line, "A value with a colon and a space in it must stand in quotes.", hint)
