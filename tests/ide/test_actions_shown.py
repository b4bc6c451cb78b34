"""What editors show of a GitHub Actions file: symbols, tokens, folds, selections, links, and what follows from typing."""

import random
from functools import partial
from itertools import pairwise

import pytest

from calibrant import dialects
from calibrant.ide.folds import in_document, in_job, in_step
from calibrant.ide.links import in_head, in_piece
from calibrant.ide.on_type import closing_braces, next_step
from calibrant.ide.outline import Entry, declared, outline
from calibrant.ide.selection import around
from calibrant.ide.tokens import spoken_tokens, step_tokens
from calibrant.lsp.folding import one_for_each_line
from calibrant.lsp.semantic_tokens import all_tokens
from calibrant.model.text import LineIndex, apply_edits
from calibrant.model.token import Token
from calibrant.model.workflow import Workflow
from calibrant.rules.known import Known
from ide.actions import ACTION, COMPOSITE, PATH, TEXT, at
from ide.mangling import mangled_once
from ide.marked import CURSOR, SPECS, read, unmarked


def shown(entry: Entry, deep: int) -> tuple[object, ...]:
    return (entry.name, entry.sort, *(shown(one, deep - 1) for one in entry.below if deep))


def test_the_outline_has_jobs_and_their_steps() -> None:
    assert [shown(one, 1) for one in outline(read(TEXT, PATH))] == [
        ("on", "object", ("push", "object"), ("workflow_dispatch", "object")),
        ("permissions", "object", ("contents", "string")),
        ("env", "object", ("COLOR", "string")),
        ("jobs", "object", ("build", "job"), ("test", "job"), ("deploy", "job")),
    ]
    jobs = list(outline(read(TEXT, PATH)))[-1].below
    assert [shown(one, 0) for one in jobs[0].below] == [
        ("actions/checkout@v4", "step"),
        ("Version", "step"),
        ("echo ${{ steps.ver.outcome }} ${{ job.services.db.id }}", "step"),
    ]
    assert [one.detail for one in jobs] == ["Build it", "", "./.github/workflows/deploy.yml"]
    assert [shown(one, 0) for one in jobs[2].below] == [("level", "string")]


def test_the_outline_of_an_action() -> None:
    assert [shown(one, 1) for one in outline(read(COMPOSITE, ACTION))] == [
        ("inputs", "object", ("who", "object")),
        ("outputs", "object", ("text", "object")),
        ("runs", "object", ("say", "step")),
    ]


def test_what_is_found_by_name_in_the_workspace() -> None:
    assert [(one.name, one.sort) for one in declared(read(TEXT, PATH))] == [
        ("CI", "workflow"),
        ("level", "input"),
        ("build", "job"),
        ("test", "job"),
        ("deploy", "job"),
        ("Version", "step"),
    ]


def tokens(text: str, path: str = PATH) -> list[Token]:
    """Return all tokens of a file in the document's offsets."""
    workflow = read(text, path)
    known = Known(workflow.language, SPECS)
    found = [*spoken_tokens(workflow, known)]
    for origin, own in (
        *((job.origin, spoken_tokens(job.body, known)) for job in workflow.jobs),
        *((step.origin, step_tokens(step.body, known)) for step in workflow.steps),
    ):
        found += [one._replace(start=one.start + origin, end=one.end + origin) for one in own]
    return sorted(found)


CONDITION = (
    "github:namespace ref:property ==:operator 'refs/heads/main':string &&:operator contains:function.defaultLibrary "
    "github:namespace actor:property 'bot':string"
)
LINES = [
    ("  build:\n", "build:class.declaration"),
    ("    runs-on: ${{ matrix.os }}\n", "${{:macro matrix:namespace os:variable.readonly }}:macro"),
    ("        node: [20, 22]\n", "node:variable.declaration.readonly"),
    ("      version: ${{ steps.ver.outputs.version }}\n",
     "version:property.declaration ${{:macro steps:namespace ver:function outputs:property version:property }}:macro"),
    ("      - uses: actions/checkout@v4\n", "actions/checkout@v4:class"),
    ("      - id: ver\n", "ver:function.declaration"),
    ("          LEVEL: ${{ inputs.level }}\n",
     "LEVEL:variable.declaration ${{:macro inputs:namespace level:parameter }}:macro"),
    ("      - if: steps.ver.outputs.version != ''\n",
     "steps:namespace ver:function outputs:property version:property !=:operator '':string"),
    ("    needs: [build]\n", "build:class"),
    ("    if: github.ref == 'refs/heads/main' && contains(github.actor, 'bot')\n",
     CONDITION),
    ("      level:\n", "level:parameter.declaration"),
    ("  COLOR: blue\n", "COLOR:variable.declaration"),
    ("name: CI\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_tokens(line: str, expected: str) -> None:
    start = TEXT.index(line)
    found = [one for one in tokens(TEXT) if start <= one.start < start + len(line)]
    told = " ".join(f"{TEXT[one.start : one.end]}:{'.'.join((one.type, *one.modifiers))}" for one in found)
    assert told == expected


def test_tokens_go_over_the_wire_in_order() -> None:
    workflow = read(TEXT, PATH)
    rows = all_tokens(workflow, Known(workflow.language, SPECS), "utf-16").tolist()
    line = character = 0
    lines = TEXT.split("\n")
    words = []
    for ahead, across, length in zip(rows[::5], rows[1::5], rows[2::5], strict=True):
        character = across if ahead else character + across
        line += ahead
        words.append(lines[line][character : character + length])
    assert words == [TEXT[one.start : one.end] for one in tokens(TEXT)]


def folded(text: str, path: str = PATH) -> list[str]:
    """Return the folds as the first line, without blanks, and the number of the last line."""
    workflow = read(text, path)
    found = in_document(
        workflow, [in_step(step.body) for step in workflow.steps], [in_job(job.body) for job in workflow.jobs]
    )
    lines = text.split("\n")
    return [f"{lines[first].strip()} {last}" for first, last, _ in one_for_each_line(LineIndex(text), found)]


def test_folds() -> None:
    text = at("  test:\n", "  # one\n  # two\n  test:‸\n").replace(CURSOR, "")
    lines = text.split("\n")
    found = dict(one.rsplit(" ", 1) for one in folded(text))
    for first, last in [
        ("on:", "required: true"),
        ("jobs:", "level: high"),
        ("build:", "shell: bash"),
        ("steps:", "shell: bash"),
        ("- id: ver", "TOKEN: ${{ secrets.DEPLOY_TOKEN }}"),
        ("run: |", 'echo "version=1" >> "$GITHUB_OUTPUT"'),
        ("matrix:", "extra: true"),
        ("# one", "# two"),
        ("deploy:", "level: high"),
    ]:
        if first == "steps:":  # there are two of them
            assert any(one == f"steps: {lines.index('        shell: bash')}" for one in folded(text))
            continue
        assert lines[int(found[first])].strip() == last, first


def selected(marked: str) -> list[str]:
    """Return what is selected around the mark, the smallest first."""
    text, offset = unmarked(marked)
    workflow = read(text, PATH)
    return [text[one.start : one.end] for one in reversed(around(workflow, Known(workflow.language, SPECS), offset))]


def test_selections() -> None:
    found = selected(at("runs-on: ${{ matrix.os }}", "runs-on: ${{ matrix.o‸s }}"))
    assert found[:5] == ["os", "matrix.os", "${{ matrix.os }}", "runs-on: ${{ matrix.os }}", found[4]]
    assert any(one.startswith("build:\n") and one.endswith("shell: bash") for one in found)
    found = selected(at("if: steps.ver.outputs", "if: steps.v‸er.outputs"))
    assert found[:2] == ["ver", "steps.ver"]
    assert "steps.ver.outputs.version != ''" in found
    assert any(one.startswith("- if: steps") and one.endswith("shell: bash") for one in found)


def links(text: str) -> list[tuple[str, str, str]]:
    workflow = read(text, PATH)
    lexicon = dialects.lexicon(workflow.language.name)
    assert lexicon is not None
    found = [(one.span, one) for one in in_head(workflow)]
    found += [(job.at(one.span), one) for job in workflow.jobs for one in in_piece(job.body, lexicon)]
    found += [(step.at(one.span), one) for step in workflow.steps for one in in_piece(step.body, lexicon)]
    return [(text[span.start : span.end], one.kind, one.target) for span, one in found]


def test_links() -> None:
    tree, blob = (
        "https://github.com/actions/checkout/tree/v4",
        "https://github.com/o/r/blob/main/.github/workflows/a.yml",
    )
    assert links(TEXT) == [
        ("./.github/workflows/deploy.yml", "called", "./.github/workflows/deploy.yml"),
        ("actions/checkout@v4", "address", tree),
    ]
    text = "on: push\njobs:\n  a:\n    uses: o/r/.github/workflows/a.yml@main\n  b:\n    runs-on: x\n    steps:\n"
    text += "      - uses: docker://alpine:3\n      - uses: ./a/b\n      - uses: o/r/sub@v1\n      - uses: o/r\n"
    text += (
        "      - uses: ${{ x }}/y@v1\n      - uses: actions/cache@v4\n        with: {url: 'https://example.com/a'}\n"
    )
    assert [target for _, _, target in links(text)] == [
        blob,
        "./a/b",
        "https://github.com/o/r/tree/v1/sub",
        "https://github.com/actions/cache/tree/v4",
        "https://example.com/a",
    ]


def typed(marked: str, path: str = PATH) -> str:
    """Return the text after its braces were closed."""
    text, offset = unmarked(marked)
    workflow = read(text, path)
    edits = closing_braces(workflow, Known(workflow.language, SPECS), partial(dialects.read, path), offset)
    return apply_edits(text, edits)


@pytest.mark.parametrize(
    ("part", "marked", "after"),
    [
        ("COLOR: blue", "COLOR: ${{‸", "COLOR: ${{ }}"),
        ("name: Build it", "name: ${{‸", "name: ${{ }}"),
        ("runs-on: ubuntu-latest", "runs-on: ${{‸", "runs-on: ${{ }}"),
        ("ref }}\n", "ref }} ${{‸\n", "ref }} ${{ }}\n"),
        ("- if: steps.ver.outputs.version != ''", "- if: ${{‸", "- if: ${{ }}"),
        ('"$GITHUB_OUTPUT"', "${{‸", "${{ }}"),
        ("COLOR: blue", 'COLOR: "${{‸"', 'COLOR: "${{ }}"'),
        ("COLOR: blue", "COLOR: ${{‸}}", "COLOR: ${{}}"),
        ("COLOR: blue", "COLOR: ${{‸}", "COLOR: ${{ }}"),
        ("COLOR: blue", "COLOR: x{{‸", "COLOR: x{{"),
        ("COLOR: blue", "COLOR: blue # ${{‸", "COLOR: blue # ${{"),
        ("COLOR: blue", "COLOR: ${{‸github", "COLOR: ${{github"),
    ],
)
def test_braces_are_closed(part: str, marked: str, after: str) -> None:
    assert typed(at(part, marked)) == TEXT.replace(part, after, 1)


def begun(marked: str, path: str = PATH) -> str:
    text, offset = unmarked(marked)
    return apply_edits(text, next_step(read(text, path), offset))


def test_a_list_of_steps_goes_on() -> None:
    steps = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    one = f"{steps}      - run: ls\n"
    assert begun(f"{one}\n        ‸") == f"{one}\n      - name: "
    assert begun(f"{one}        ‸") == f"{one}        "
    assert begun(f"{steps}      - name: x\n\n        ‸") == f"{steps}      - name: x\n\n        "
    assert begun(f"{one}\n        ‸\n  b:\n    runs-on: y\n").startswith(f"{one}\n      - name: \n  b:")


@pytest.mark.parametrize("seed", range(60))
def test_any_text(seed: int) -> None:
    chance = random.Random(seed)
    path, text = chance.choice([(PATH, TEXT), (ACTION, COMPOSITE)])
    for _ in range(chance.randrange(4)):
        text = mangled_once(text, chance)
    workflow: Workflow = read(text, path)
    known = Known(workflow.language, SPECS)
    for one in tokens(text, path):
        assert 0 <= one.start < one.end <= len(text)
    all_tokens(workflow, known, "utf-16")
    found = in_document(
        workflow, [in_step(step.body) for step in workflow.steps], [in_job(job.body) for job in workflow.jobs]
    )
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    for offset in (chance.randrange(len(text) + 1) for _ in range(10)):
        spans = around(workflow, known, offset)
        assert all(outer.start <= inner.start and inner.end <= outer.end for outer, inner in pairwise(spans))
        closing_braces(workflow, known, partial(dialects.read, path), offset)
        next_step(workflow, offset)
