"""What is said of the place that one points at."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.hover import World, hover
from calibrant.ide.page import markdown, plain_text
from calibrant.ide.view import StepRun
from ide.marked import unmarked
from ide.viewing import ran, view
from repairs.test_any_repairs import TEXTS

WORLD = World(lambda session: "2 min ago" if session else "", lambda name: name == "TOKEN")
TEXT = """\
name: mail
inputs:
  box: {type: path, default: a.mbox, description: Where `mail` is, required: true}
  level: {type: string, enum: [low, high], sample: low}
secrets: [TOKEN, OTHER]
steps:
  - id: fetch
    name: Fetch *all*
    uses: mail.read
    with: {mailbox: "{{ inputs.box }}"}
  - id: urgent
    uses: data.filter
    with: {items: "{{ fetch.emails }}", where: "{{ 'x' in item.subject | lower }}"}
  - id: send
    uses: http.request
    needs: [urgent]
    with:
      url: "https://x/{{ secrets.TOKEN }}/{{ secrets.GONE }}/{{ env.HOME }}/{{ index }}"
      method: GET
      json: "{{ urgent.items[0].subject }}"
  - id: shell
    run: echo hello
    shell: bash
"""
EMAILS = {
    "emails": [{"id": 1, "subject": "a ``` b", "more": True}, {"id": 2, "subject": "<b>x</b>"}],
    "count": 2,
}
KNOWN = {"fetch": EMAILS, "urgent": {"items": EMAILS["emails"], "count": 2}}


def said(text: str, *, previews: bool = True, plain: bool = False) -> str:
    """Return what is said at the cursor mark: the text it is about, then the words."""
    text, offset = unmarked(text)
    found = hover(view(text, KNOWN, inputs={"box": "b.mbox"}, previews=previews), offset, WORLD)
    if found is None:
        return ""
    assert found.span.start <= offset <= found.span.end
    words = plain_text(found.page) if plain else markdown(found.page)
    return f"{text[found.span.start : found.span.end]}|{words}"


def at(part: str, marked: str) -> str:
    """Return the text with the mark in the first place of `part`, which `marked` is with it."""
    assert TEXT.count(part) >= 1, part
    return TEXT.replace(part, marked, 1)


CASES: list[tuple[str, str, list[str]]] = [
    # a step, where it is defined, needed and referred to
    ("id: fetch", "id: fe‸tch", ["fetch|**fetch** · step, mail.read", "Fetch \\*all\\*", "Completed, 2 min ago."]),
    ("id: fetch", "id: fe‸tch", ["emails: list of 2 objects"]),
    ("id: fetch", "id: fe‸tch", ["  more: boolean  # not always there", "  from: string  # declared, not seen"]),
    ("id: fetch", "id: fe‸tch", ["  id: integer  # declared: string", "In the last run:", 'subject: "a ``` b"', "````yaml"]),
    ("needs: [urgent]", "needs: [ur‸gent]", ["urgent|**urgent** · step, data.filter", "count: 2"]),
    ("{{ fetch.emails", "{{ fe‸tch.emails", ["fetch|**fetch** · step, mail.read"]),
    ("id: send", "id: send‸", ["**send** · step, http.request", "It has not run yet.", "status: integer"]),
    ("id: shell", "id: sh‸ell", ["**shell** · step, shell.run"]),
    # parts of references
    ("fetch.emails", "fetch.em‸ails", ["emails|**fetch.emails** · list of 2 objects", "more: boolean", "In the last run:"]),
    ("item.subject", "item.sub‸ject", ["subject|**item.subject** · string", '"a ``` b"']),
    ("item.subject", "it‸em.subject", ["item|**item** · object", "The element that is gone through."]),
    ("urgent.items[0]", "urgent.items[0‸]", ["**urgent.items\\[0\\]** · object"]),
    ("items[0].subject", "items[0].subject‸", ["**urgent.items\\[0\\].subject** · string"]),
    ("{{ index", "{{ in‸dex", ["**index** · integer"]),
    ("| lower }}", "| low‸er }}", ["lower|**lower** · filter", "{{ "]),
    ("item.subject | lower", "item is def‸ined", ["defined|**defined** · test", "Is there at all."]),
    ("item.subject | lower", "item is not in‸teger", ["integer|**integer** · test"]),
    ("item.subject | lower", "item | d‸('')", ["**d(value, boolean)** · filter", "Another name for `default`."]),
    # inputs, secrets, variables
    ("box: {type", "bo‸x: {type", ["box|**box** · input", "Where \\`mail\\` is", "Takes a path (text); required."]),
    ("box: {type", "bo‸x: {type", ["Default: `a.mbox`"]),
    ("{{ inputs.box", "{{ inputs.b‸ox", ["box|**box** · input", "In the last run: `b.mbox`"]),
    ("{{ inputs.box", "{{ in‸puts.box", ["inputs|**inputs** · object", "box: path", "level: string"]),
    ("level: {", "lev‸el: {", ["One of `low`, `high`.", "Sample: `low`"]),
    ("[TOKEN", "[TO‸KEN", ["TOKEN|**TOKEN** · secret", "`TOKEN`, which is set", "It is never shown."]),
    (", OTHER", ", OTH‸ER", ["which is not set"]),
    ("secrets.TOKEN", "secrets.TO‸KEN", ["TOKEN|**TOKEN** · secret"]),
    ("secrets.GONE", "secrets.GO‸NE", ["It is not declared under `secrets`."]),
    ("env.HOME", "env.HO‸ME", ["HOME|**HOME** · environment variable", "not set"]),
    # what is declared
    ("mail.read", "mail.‸read", ["mail.read|**mail.read** · connector", "Read the messages", "It only reads."]),
    ("mail.read", "mail.‸read", ["mailbox: path  # required", "- id: fetch"]),
    ("http.request", "http.req‸uest", ["It reads, or writes files", "rehearsed", "as the call says."]),
    ("mailbox:", "mail‸box:", ["mailbox|**mailbox** · parameter of mail.read", "Takes a path (text); required."]),
    ("method: GET", "meth‸od: GET", ["One of `GET`", "Default: `GET`"]),
    ("method: GET", "method: G‸ET", ["GET|**method** · parameter of http.request"]),
    ("where:", "wh‸ere:", ["each element of `items`"]),
    ("data.filter", "data.fil‸ter", ["where: expression over item  # required"]),
    ("data.filter", "data.m‸ap", ["data.map|**data.map** · connector", "to: any  # required"]),
    ("uses: mail", "us‸es: mail", ["uses|**uses** · key of a step"]),
    ("secrets: [", "sec‸rets: [", ["secrets|**secrets** · key of a workflow"]),
    ("type: path", "ty‸pe: path", ["type|**type** · key of an input", "One of `string`"]),
    ("run: echo", "r‸un: echo", ["run|**run** · key of a step"]),
    ("shell: bash", "sh‸ell: bash", ["shell|**shell** · key of a step"]),
]  # fmt: skip


@pytest.mark.parametrize(("part", "marked", "expected"), CASES)
def test_what_is_said(part: str, marked: str, expected: list[str]) -> None:
    words = said(at(part, marked))
    for each in expected:
        assert each in words


SILENT = [("echo hello", "echo he‸llo"), ("  - id: fetch", "  -‸ id: fetch"), ("name: mail", "name: ma‸il")]


@pytest.mark.parametrize(("part", "marked"), SILENT)
def test_where_nothing_is_to_be_said_nothing_is(part: str, marked: str) -> None:
    assert said(at(part, marked)) == ""


def test_without_previews_there_are_types_and_no_values() -> None:
    for part, marked in [("id: fetch", "id: fe‸tch"), ("fetch.emails", "fetch.em‸ails"), ("inputs.box", "inputs.b‸ox")]:
        words = said(at(part, marked), previews=False)
        assert "last run" not in words
        assert "b.mbox" not in words
        assert "<b>" not in words
    assert "more: boolean" in said(at("id: fetch", "id: fe‸tch"), previews=False)


def test_as_plain_text() -> None:
    words = said(at("id: fetch", "id: fe‸tch"), plain=True)
    assert words.startswith("fetch|fetch · step, mail.read\n\nFetch *all*\n\nCompleted, 2 min ago")
    assert "  emails: list of 2 objects\n" in words
    assert "```yaml" not in words


def test_an_edited_step_and_one_that_gave_nothing_this_time() -> None:
    text, offset = unmarked(at("id: fetch", "id: fe‸tch"))
    known = view(text, KNOWN)
    old = msgspec.structs.replace(ran(EMAILS), status="failed", reason="*It* broke.", outdated=True, earlier=True)
    found = hover(msgspec.structs.replace(known, steps={"fetch": old}), offset, WORLD)
    assert found
    words = markdown(found.page)
    for each in ("Failed, 2 min ago", "\\*It\\* broke.", "edited since", "In an earlier run:"):
        assert each in words


WRITTEN = """\
inputs: {boxes: {type: array, default: [{size: 3}]}}
steps:
  - id: ask
    uses: http.request
    with: {url: "http://x"}
    sample: {body: {name: Ana}}
  - id: each
    for_each: [7, 8]
    run: echo {{ item }} {{ ask.body.name }} {{ inputs.boxes[0].size }}
  - id: passed
    uses: data.sort
    with: {items: "{{ inputs.boxes }}", by: item.size}
"""


@pytest.mark.parametrize(
    ("part", "marked", "expected"),
    [
        ("{{ item", "{{ it‸em", "Of the first element, as it is written:"),
        ("ask.body.name", "ask.body.na‸me", "As it is written:"),
        ("boxes[0].size", "boxes[0].si‸ze", "As it is written:"),
        ("{{ inputs", "{{ inp‸uts", "As it is written:"),
        ("item.size", "item.si‸ze", "Of the first element, as it is written:"),
    ],
)
def test_a_value_of_no_run_is_not_told_as_one(part: str, marked: str, expected: str) -> None:
    text, offset = unmarked(WRITTEN.replace(part, marked, 1))
    found = hover(view(text), offset, WORLD)
    assert found
    words = markdown(found.page)
    assert expected in words
    assert "last run" not in words
    assert "runs had it" not in words
    assert "seen in a run" not in words


def test_a_reference_to_a_value_of_an_earlier_run_says_so() -> None:
    for part, marked, when in [
        ("fetch.emails", "fetch.em‸ails", "In an earlier run:"),
        ("item.subject", "item.sub‸ject", "Of the first element, in an earlier run:"),
    ]:
        text, offset = unmarked(at(part, marked))
        old = msgspec.structs.replace(ran(EMAILS), status="failed", earlier=True)
        found = hover(msgspec.structs.replace(view(text), steps={"fetch": old}), offset, WORLD)
        assert found
        assert when in markdown(found.page)


def test_what_is_wrong_with_a_step_is_told() -> None:
    text, offset = unmarked(at("id: fetch", "id: fe‸tch"))
    wrong = ["*One* thing.", "Two.", "Three.", "Four.", "Five."]
    world = World(WORLD.ago, WORLD.is_set, lambda step: wrong if step.id == "fetch" else ())
    found = hover(view(text, KNOWN), offset, world)
    assert found
    words = markdown(found.page)
    assert "✗ \\*One\\* thing.\n\n✗ Two.\n\n✗ Three.\n\n… and 2 more issues." in words


def test_a_credential_in_the_text_is_not_repeated() -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    text, offset = unmarked(f"inputs:\n  to‸ken: {{type: string, default: {token}}}\nsteps:\n  - id: a\n    run: ls\n")
    found = hover(view(text), offset, WORLD)
    assert found
    assert token not in markdown(found.page)


def test_a_step_for_each_element_gives_as_often() -> None:
    text = "steps:\n  - id: lo‸op\n    for_each: [1, 2]\n    run: ls\n"
    text, offset = unmarked(text)
    outputs = {"loop": [{"exit_code": 0, "stdout": "`a`"}, {"exit_code": 1, "stdout": ""}]}
    found = hover(view(text, outputs), offset, WORLD)
    assert found
    words = markdown(found.page)
    assert "For each element it gave:" in words
    assert "\nexit_code: integer\n" in words
    declared = hover(view(text), offset, WORLD)
    assert declared
    assert "For each element it gives (declared" in markdown(declared.page)


def test_what_a_value_holds_is_shown_as_it_is() -> None:
    text, offset = unmarked('inputs:\n  na‸me: {type: string, default: "`a` ``b", description: "*x*\ty"}\nsteps: []\n')
    found = hover(view(text), offset, WORLD)
    assert found
    assert "Default: ``` `a` ``b ```" in markdown(found.page)
    assert "\\*x\\* y" in markdown(found.page)
    assert "Default: `a` ``b" in plain_text(found.page)


def test_in_json_and_with_other_line_ends() -> None:
    json = '{"steps": [{"id": "fetch", "uses": "mail.read"}, {"id": "b", "run": "echo {{ fe‸tch.emails }}"}]}'
    text, offset = unmarked(json)
    found = hover(view(text, KNOWN, path="a.workflow.json"), offset, WORLD)
    assert found
    assert text[found.span.start : found.span.end] == "fetch"
    assert "**fetch.emails**" in said(at("fetch.emails", "fetch.em‸ails").replace("\n", "\r\n"))


MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(st.data())
def test_no_text_and_no_place_raises(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([TEXT, *TEXTS.values()]) | st.text())
    cut = data.draw(st.integers(0, len(text)))
    text = text[:cut] + data.draw(st.text(max_size=4)) + text[cut + data.draw(st.integers(0, 20)) :]
    known = view(text, KNOWN, path=data.draw(st.sampled_from(["a.workflow.yaml", "a.workflow.json"])))
    known = msgspec.structs.replace(known, steps={**known.steps, "shell": StepRun("running")})
    for offset in data.draw(st.lists(st.integers(0, len(text)), min_size=1, max_size=8)):
        found = hover(known, offset, WORLD)
        if found:
            # at a quote, the name between the quotes is meant
            assert 0 <= found.span.start <= offset + 1
            assert offset - 1 <= found.span.end <= len(text)
            assert markdown(found.page)
            assert plain_text(found.page)
