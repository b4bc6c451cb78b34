"""What a run starts with, what it hides, and what it uses again."""

import base64
import html
import json
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.engine.mask import Mask
from calibrant.model.connector import Context, Effect, Output, Params
from calibrant.model.issue import Kind
from calibrant.rules.concealing import HIDDEN
from engine.actions import GIVE, VALUE, Recording, connector, fail
from engine.building import MemoryStore, Seen, Steps, run, workflow_of

SECRET = "hunter2 & co\"\n'ß"


@pytest.mark.parametrize(
    ("declared", "given_values", "value"),
    [
        ({"default": "d", "sample": "s"}, {"x": "g"}, "g"),
        ({"default": "d", "sample": "s"}, {}, "d"),
        ({"sample": "s"}, {}, "s"),
        ({"type": "integer"}, {"x": "12"}, 12),
        ({"type": "number"}, {"x": "1.5"}, 1.5),
        ({"type": "boolean"}, {"x": "true"}, True),
        ({"type": "array"}, {"x": '["a", 1]'}, ["a", 1]),
        ({"type": "object"}, {"x": {"a": 1}}, {"a": 1}),
        ({"type": "path"}, {"x": "a/b"}, "a/b"),
    ],
)
async def test_inputs(
    tmp_path: Path, declared: dict[str, object], given_values: dict[str, object], value: object
) -> None:
    seen_by = Recording()
    workflow = workflow_of([{"id": "a", "uses": "seen", "with": {"value": "{{ inputs.x }}"}}], {"x": declared})
    seen = await run(tmp_path, workflow, [seen_by.connector], inputs=given_values)
    assert seen_by.values == [value]
    assert seen.problems == []


@pytest.mark.parametrize(
    ("declared", "given_values", "code", "message"),
    [
        ({"required": True}, {}, "missing-input", "The input ‘x’ has no value"),
        ({}, {}, "missing-input", "The input ‘x’ has no value"),
        (
            {"type": "integer"},
            {"x": "twelve"},
            "wrong-input-value",
            "The input ‘x’ takes a whole number, but was given ‘twelve’.",
        ),
        ({"type": "array"}, {"x": "[1,"}, "wrong-input-value", "The input ‘x’ takes a list"),
        ({"enum": ["red", "blue"]}, {"x": "bleu"}, "wrong-input-value", "It takes: red, blue."),
        ({"default": "d"}, {"y": 1}, "unknown-input-value", "no such input. It has: x."),
    ],
)
async def test_inputs_at_fault(
    tmp_path: Path, declared: dict[str, object], given_values: dict[str, object], code: str, message: str
) -> None:
    seen_by = Recording()
    steps: Steps = [
        {"id": "a", "uses": "seen", "with": {"value": "{{ inputs.x }}"}},
        {"id": "b", "uses": "seen", "with": {"value": "free"}},
    ]
    seen = await run(tmp_path, workflow_of(steps, {"x": declared}), [seen_by.connector], inputs=given_values)
    (problem,) = seen.problems
    assert problem.failure.code == code
    assert message in problem.failure.message
    if code != "unknown-input-value":
        assert problem.input == "x"
        assert seen.finished["a"].status == "skipped"
        assert seen.finished["a"].reason == "It needs ‘inputs.x’, which has no value."
        assert seen_by.values == ["free"]
    assert seen.end.status == "completed"


async def test_an_optional_input_that_nobody_uses_may_have_no_value(tmp_path: Path) -> None:
    seen = await run(tmp_path, workflow_of([{"id": "a", "uses": "give"}], {"x": {}}), [GIVE])
    assert seen.problems == []


async def test_only_named_variables_of_the_environment_are_seen(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [{"id": "a", "uses": "seen", "with": {"value": ["{{ env.HOME_TOWN }}", "{{ env }}"]}}]
    steps += [{"id": "b", "uses": "seen", "with": {"value": "{{ env.NOT_THERE }}"}}]
    seen = await run(tmp_path, steps, [seen_by.connector], environ={"HOME_TOWN": "Ulm", "OTHER": "hidden"})
    assert seen_by.values == [["Ulm", {"HOME_TOWN": "Ulm"}]]
    assert seen.failure("b").code == "missing-field"


async def test_a_secret_without_a_value(tmp_path: Path) -> None:
    steps: Steps = [{"id": "a", "uses": "give", "with": {"value": "{{ secrets.TOKEN }}"}}]
    seen = await run(tmp_path, workflow_of(steps, secrets=["TOKEN", "UNUSED"]), [GIVE])
    (problem,) = seen.problems
    assert (problem.failure.code, problem.failure.subject) == ("missing-secret", "TOKEN")
    assert seen.finished["a"].status == "skipped"


def texts(seen: Seen, store: MemoryStore) -> str:
    return msgspec.json.encode(seen.events).decode() + repr(store.by_key) + repr(store.by_step)


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"joe:" + SECRET.encode()).decode(),
        base64.urlsafe_b64encode(b"jo:" + SECRET.encode() + b":x").decode(),
        json.dumps(SECRET)[1:-1],
    ],
)
async def test_secrets_are_hidden_everywhere(tmp_path: Path, form: str) -> None:
    async def leak(params: Params, context: Context) -> Output:
        raise fail("leak", Kind.RUNTIME, f"m {form}", details=f"d {form}", value=form, candidates=(form,), output=form)

    async def echo(params: Params, context: Context) -> Output:
        return {"value": [form, {"key": form.encode()}], "right": params["value"] == SECRET}

    steps: Steps = [
        {"id": "a", "uses": "leak", "with": {"value": "{{ secrets.S }}"}},
        {"id": "b", "uses": "echo", "with": {"value": "{{ secrets.S }}"}},
        {"id": "c", "uses": "give", "with": {"value": "{{ b.value[0] }}"}},
    ]
    store = MemoryStore()
    workflow = workflow_of(steps, secrets=["S"])
    for resume in ("full", "partial"):
        seen = await run(
            tmp_path,
            workflow,
            [connector("leak", leak), connector("echo", echo), GIVE],
            environ={"S": SECRET},
            store=store,
            resume=resume,
        )
        assert form not in texts(seen, store)
        assert "hunter2" not in texts(seen, store)
        assert HIDDEN in seen.failure("a").message
        assert seen.finished["c"].status == "completed"
        assert not any(event.reused for event in seen.finished.values())
    assert store.last_good("x.workflow.yaml", "b") == (False, None)


async def test_variables_that_look_like_credentials_are_hidden_too(tmp_path: Path) -> None:
    store = MemoryStore()
    steps: Steps = [{"id": "a", "uses": "give", "with": {"value": "{{ env.API_TOKEN }} {{ env.PLACE }}"}}]
    await run(tmp_path, steps, [GIVE], store=store, environ={"API_TOKEN": "abcdef", "PLACE": "Ulm"})
    assert b"Ulm" in repr(store.by_key).encode()
    assert b"abcdef" not in repr(store.by_key).encode()


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=6, max_size=30), st.binary(max_size=7), st.binary(max_size=7))
def test_a_secret_in_base64_at_any_alignment_is_not_readable(secret: str, before: bytes, after: bytes) -> None:
    raw = secret.encode("utf-8")
    encoded = base64.b64encode(before + raw + after).decode()
    hidden = Mask([secret]).text(encoded)
    assert HIDDEN in hidden
    assert HIDDEN in Mask([secret]).text("x" + secret + "y")


def test_short_values_and_other_values_stay() -> None:
    mask = Mask(["on", "secret-value"])
    value = {"a": ["on", 1, None, b"on"], "b": "other"}
    assert mask.value(value) is value
    assert mask.value({"a": "my secret-value"}) == {"a": f"my {HIDDEN}"}
    assert not Mask(["on"]).active


FILE: Steps = [{"id": "read", "uses": "file", "with": {"value": "data.txt"}}]
CHAIN: Steps = [
    *FILE,
    {"id": "use", "uses": "seen", "with": {"value": "{{ read.value }}"}},
    {"id": "last", "uses": "seen", "with": {"value": "{{ use.value }}!"}},
]


async def partial(tmp_path: Path, store: MemoryStore, steps: Steps, resume: str = "partial") -> Seen:
    async def read(params: Params, context: Context) -> Output:
        return {"value": context.read_path(str(params["value"]), "value").read_text().strip()}

    file = connector("file", read, VALUE, effect=Effect.READ, reads=("value",))
    effects = [
        connector(name, GIVE.run, effect=effect)
        for name, effect in {"local": Effect.WRITE_LOCAL, "execute": Effect.EXECUTE, "blind": Effect.READ}.items()
    ]
    return await run(tmp_path, steps, [file, Recording().connector, *effects], store=store, resume=resume)


def reused(seen: Seen) -> set[str]:
    return {step for step, event in seen.finished.items() if event.reused}


async def test_partial_uses_again_what_holds_and_runs_what_changed_and_what_depends_on_it(tmp_path: Path) -> None:
    store = MemoryStore()
    data = tmp_path / "data.txt"
    data.write_text("one")
    assert reused(await partial(tmp_path, store, CHAIN, "full")) == set()
    assert reused(await partial(tmp_path, store, CHAIN)) == {"read", "use", "last"}
    assert reused(await partial(tmp_path, store, CHAIN, "full")) == set()
    changed: Steps = [*CHAIN[:2], {"id": "last", "uses": "seen", "with": {"value": "{{ use.value }}?"}}]
    assert reused(await partial(tmp_path, store, changed)) == {"read", "use"}
    data.write_text("two")
    assert reused(await partial(tmp_path, store, CHAIN)) == set()
    data.write_text("two\n")  # the same value comes of it
    assert reused(await partial(tmp_path, store, CHAIN)) == {"use", "last"}


@pytest.mark.parametrize("action", ["local", "execute", "blind"])
async def test_partial_never_uses_again_what_had_an_effect_or_cannot_be_told(tmp_path: Path, action: str) -> None:
    store = MemoryStore()
    steps: Steps = [{"id": "a", "uses": action, "with": {"value": 1}}]
    await partial(tmp_path, store, steps, "full")
    assert store.puts == ["a"]
    assert reused(await partial(tmp_path, store, steps)) == set()


async def test_partial_of_for_each(tmp_path: Path) -> None:
    store = MemoryStore()

    def steps(items: list[int]) -> Steps:
        return [{"id": "a", "uses": "seen", "for_each": items, "with": {"value": "{{ item }}"}}]

    await partial(tmp_path, store, steps([1, 2]), "full")
    assert reused(await partial(tmp_path, store, steps([1, 2]))) == {"a"}
    assert reused(await partial(tmp_path, store, steps([2, 1]))) == set()
    assert store.last_good("x.workflow.yaml", "a") == (True, [{"value": 2}, {"value": 1}])


@pytest.mark.parametrize(
    "text", ["so it says: sEkretvalue-ab…", "(sEkretvalue-a).", "…value-abc123 is wrong", "sEkretvalue"]
)
def test_a_secret_that_was_cut_off_is_hidden_too(text: str) -> None:
    hidden = Mask(["sEkretvalue-abc123"]).text(text)
    assert HIDDEN in hidden
    assert "value" not in hidden
    assert Mask(["sEkretvalue-abc123"]).text("a secret value, sEkret") == "a secret value, sEkret"


def test_many_beginnings_of_a_secret_take_no_long_time() -> None:
    """A secret may begin like half of an output: hiding all of them takes time in proportion to it."""
    hidden = Mask(["/home/user/project/key.pem"]).text("/home/user/project: x\n" * 100_000)
    assert hidden == f"{HIDDEN}: x\n" * 100_000


def test_a_secret_in_a_report_of_xml_is_hidden() -> None:
    secret = "p&ss<w>\"o'rd"
    for written in (escape(secret), quoteattr(secret), html.escape(secret), escape(secret).replace("&gt;", ">")):
        assert "rd" not in Mask([secret]).text(f"<a b={written}/>")


def test_a_secret_that_was_read_as_a_number_is_hidden_as_one() -> None:
    mask = Mask(["40718263", "12.5e", "2.7182", "007007", "true"])
    assert mask.value({"pin": 40718263, "f": 40718263.0, "e": 2.7182, "n": [True, 7007, 1, 0.5]}) == {
        "pin": HIDDEN,
        "f": HIDDEN,
        "e": HIDDEN,
        "n": [True, 7007, 1, 0.5],
    }
