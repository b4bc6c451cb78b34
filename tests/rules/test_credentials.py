"""Credentials in plain text, on a corpus of texts that hold one and of texts that only look like it."""

import base64
import json
import random
import re
import string
from pathlib import Path

import pytest

from calibrant import connectors, dialects, rules
from calibrant.model.issue import Finding

CORPUS = Path(__file__).parents[1] / "data" / "native" / "credentials"
ALPHABETS = {
    "A": string.ascii_letters + string.digits,
    "a": string.ascii_lowercase + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "B": string.ascii_uppercase + "234567",
    "l": string.ascii_letters,
    "h": "0123456789abcdef",
    "d": string.digits,
    "b": string.ascii_letters + string.digits + "+/",
}
MADE = re.compile(r"\{(?:(?P<alphabet>\w):(?P<count>\d+)|(?P<name>J|basic))\}")


def made(match: re.Match[str]) -> str:
    if match["name"] == "J":
        parts = (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"ada","scope":"orders:write","exp":1799999999}')
        sealed = "".join(random.Random(7).choices(ALPHABETS["A"], k=43))
        return ".".join((*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), sealed))
    if match["name"] == "basic":
        return base64.b64encode(b"ada:gr33n-Kettle!42").decode()
    chance = random.Random(f"{match.string}{match.start()}")
    return "".join(chance.choices(ALPHABETS[match["alphabet"]], k=int(match["count"])))


def texts(name: str) -> list[str]:
    lines = (CORPUS / name).read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line]


def assembled(line: str) -> str:
    return MADE.sub(made, line.replace("§", "")) if "§" in line else line


TRUE = [assembled(line) for line in texts("true.txt")]
FALSE = texts("false.txt")
FORMS = ("json", "yaml")


def workflow_text(line: str, form: str) -> str:
    key, colon, value = line.partition(": ")
    if not colon or not re.fullmatch(r"[\w-]+", key):
        key, value = "note", line
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if key == "run":
        step: dict[str, object] = {"id": "a", "run": value}
    else:
        step = {"id": "a", "uses": "http.request", "with": {"url": "https://acme.io", "json": {key: value}}}
    if form == "json":
        return json.dumps({"steps": [step]}, ensure_ascii=False, indent=1)
    where = (
        "run"
        if key == "run"
        else f"uses: http.request\n    with:\n      url: https://acme.io\n      json:\n        {key}"
    )
    indent = " " * (6 if key == "run" else 10)
    block = "\n".join(indent + part for part in value.split("\n"))
    return (
        f"steps:\n  - id: a\n    {where}: |-\n{block}\n" if value.strip() else f"steps:\n  - id: a\n    {where}: ''\n"
    )


def found_in(text: str, form: str) -> list[Finding]:
    workflow = dialects.read(f"a.workflow.{form}", text)
    assert workflow is not None
    findings = rules.check(workflow, connectors.specs()).findings
    assert not [found for found in findings if found.code in {"syntax-error", "wrong-type"}], text
    return [found for found in findings if found.code == "credential-in-text"]


def test_the_corpus_is_large_enough() -> None:
    assert len(TRUE) >= 60
    assert len(FALSE) >= 120


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("line", TRUE, ids=lambda line: line[:30])
def test_a_credential_is_found_and_never_told(line: str, form: str) -> None:
    text = workflow_text(line, form)
    found = found_in(text, form)
    assert found
    for one in found:
        credential = text[one.span.start : one.span.end]
        assert len(credential) >= 6
        said = json.dumps([one.message, one.hint, one.details, one.subject, one.cause, one.evidence, one.where])
        assert credential not in said
        assert credential[:5] not in said
        assert one.confidential


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("line", FALSE, ids=lambda line: line[:30])
def test_what_only_looks_like_one_is_left_alone(line: str, form: str) -> None:
    text = workflow_text(line, form)
    assert [text[one.span.start : one.span.end] for one in found_in(text, form)] == []
