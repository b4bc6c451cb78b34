"""Which texts of a workflow are links."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.links import in_head, in_step
from calibrant.rules.known import Known
from ide.mangling import mangled
from ide.marked import SPECS, read

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
READ = "steps:\n  - uses: file.read\n    with: {path: %s}\n"
GET = "steps:\n  - uses: http.request\n    with:\n      url: %s\n"


def links(text: str, name: str = "x.workflow.yaml") -> list[tuple[str, str, str]]:
    """Return kind, target and the characters of each link."""
    workflow = read(text, name)
    known = Known(workflow.language, SPECS)
    found: list[tuple[str, str, str]] = [
        (one.kind, one.target, text[one.span.start : one.span.end]) for one in in_head(workflow)
    ]
    for step in workflow.steps:
        for one in in_step(step.body, known):
            span = step.at(one.span)
            found.append((one.kind, one.target, text[span.start : span.end]))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (READ % "a/b.csv", [("path", "a/b.csv", "a/b.csv")]),
        (READ % "'it''s.csv'", [("path", "it's.csv", "it''s.csv")]),
        (READ % '"a\\u0062.csv"', [("path", "ab.csv", "a\\u0062.csv")]),
        (READ % "../b.csv", [("path", "../b.csv", "../b.csv")]),
        ("steps:\n  - run: ls\n    cwd: packages/app\n", [("path", "packages/app", "packages/app")]),
        ("inputs:\n  a: {type: path, default: x.csv, sample: y.csv}\n", [("path", "x.csv", "x.csv"), ("path", "y.csv", "y.csv")]),
        # not literal, no path, or only the folder itself
        (READ % '"{{ inputs.box }}"', []),
        (READ % '"data/{{ item }}.csv"', []),
        (READ % "5", []),
        (READ % ".", []),
        (READ % "./", []),
        (READ % '""', []),
        (READ % '"a\\0b"', []),
        (READ % '"a\\nb"', []),
        (READ.replace("path:", "paht:") % "a.csv", []),
        (READ.replace("file.read", "file.raed") % "a.csv", []),
        ("inputs:\n  a: {type: string, default: x.csv}\n", []),
        ("x-p: &p a.csv\n" + READ % "*p", []),
        # addresses
        (GET % "https://example.com/a?b=c#d", [("address", "https://example.com/a?b=c#d", "https://example.com/a?b=c#d")]),
        (GET % "'HTTP://example.com:8080'", [("address", "HTTP://example.com:8080", "HTTP://example.com:8080")]),
        (GET % "x\n      json: {deep: [{text: 'https://a.example/b'}]}", [("address", "https://a.example/b", "https://a.example/b")]),
        ("inputs:\n  a: {default: 'https://a.example'}\n", [("address", "https://a.example", "https://a.example")]),
        (GET % "'https://example.com/{{ item }}'", []),
        (GET % "https://user:secret@example.com/", []),
        (GET % "https://good.example@evil.example/", []),
        (GET % "https://", []),
        (GET % "see https://example.com", []),
        (GET % "command:workbench.action.quit", []),
        (GET % "file:///etc/passwd", []),
        (GET % "javascript:alert(1)", []),
    ],
)  # fmt: skip
def test_what_is_a_link(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert links(text) == expected


@MANY
@given(st.randoms(use_true_random=False))
def test_any_text(chance: random.Random) -> None:
    name, text = mangled(chance)
    for kind, target, shown in links(text, name):
        assert shown
        assert "{{" not in target or "templating" in text  # without templates braces are plain text
        assert kind == "path" or target.lower().startswith("http")
