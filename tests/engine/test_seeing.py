"""What a run tells of what its steps gave: of real outputs alone, and of large ones only what they are like."""

from pathlib import Path

import pytest

from calibrant.engine.mask import Mask
from calibrant.engine.seeing import Seeing
from calibrant.model.codec import encode
from calibrant.model.connector import Effect
from calibrant.model.observed import observe
from calibrant.model.preview import NOTHING, More, preview
from calibrant.model.seen import Seen, decode_seen
from calibrant.rules.concealing import HIDDEN
from engine.actions import GIVE, Failing, Recording
from engine.building import MemoryStore, Steps, run


def seen_of(finished: object) -> Seen | None:
    data = getattr(finished, "observed", b"")
    assert isinstance(data, bytes)
    return decode_seen(data)


async def test_of_what_was_really_given_it_is_told_what_it_was_like(tmp_path: Path) -> None:
    steps: Steps = [
        {"id": "small", "uses": "give", "with": {"value": [1, None]}},
        {"id": "each", "uses": "give", "for_each": [1, 2], "with": {"value": "{{ item }}"}},
        {"id": "large", "uses": "give", "with": {"value": ["x" * 100] * 1000}},
    ]
    told = await run(tmp_path, steps, [GIVE])
    assert seen_of(told.finished["small"]) == Seen(observe({"value": [1, None]}), {"value": [1, None]})
    each = seen_of(told.finished["each"])
    assert each is not None
    assert each.preview == [{"value": 1}, {"value": 2}]
    large = seen_of(told.finished["large"])
    assert large is not None
    assert large.preview == {"value": ["x" * 100] * 5 + [More(995)]}
    assert len(told.finished["large"].observed) < 1000


async def test_of_stand_ins_rehearsals_and_failures_nothing_is_told(tmp_path: Path) -> None:
    steps: Steps = [
        {"id": "fetch", "uses": "broken", "sample": {"value": 1}},
        {"id": "use", "uses": "give", "with": {"value": "{{ fetch.value }}"}},
        {"id": "never", "uses": "give", "if": "false"},
    ]
    told = await run(tmp_path, steps, [Failing(None).connector, GIVE])
    assert told.status() == {"fetch": "failed", "use": "completed", "never": "skipped"}
    assert [event.observed for event in told.finished.values()] == [b"", b"", b""]


async def test_it_is_told_of_what_is_used_again_and_of_local_writes(tmp_path: Path) -> None:
    store, writing = MemoryStore(), Recording("write", Effect.WRITE_LOCAL)
    steps: Steps = [
        {"id": "a", "uses": "give", "with": {"value": {"deep": [1] * 50}}},
        {"id": "w", "uses": "write", "with": {"value": 1}},
    ]
    first = await run(tmp_path, steps, [GIVE, writing.connector], store=store)
    again = await run(tmp_path, steps, [GIVE, writing.connector], store=store, resume="partial")
    assert again.finished["a"].reused
    assert seen_of(again.finished["a"]) == seen_of(first.finished["a"])
    assert first.finished["w"].status == "rehearsed"
    assert seen_of(first.finished["w"]) is not None


async def test_without_previews_no_value_leaves_the_run(tmp_path: Path) -> None:
    steps: Steps = [{"id": "a", "uses": "give", "with": {"value": {"name": "Ann Example", "n": 123456789}}}]
    told = await run(tmp_path, steps, [GIVE], previews=False)
    assert seen_of(told.finished["a"]) == Seen(observe({"value": {"name": "", "n": 0}}), NOTHING)
    assert b"Ann" not in told.finished["a"].observed
    assert b"name" in told.finished["a"].observed


VALUES: tuple[object, ...] = (
    *({"a": "x"}, {"a": "x" * 5000}, {"a": [1, {"b": None}]}, [{}], "text"),
    *({"n": 2**80}, {"s": "\udc80"}, {}, None),
)


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_it_is_the_same_however_it_comes_about(value: object, encoded: bool) -> None:
    data = Seeing(Mask([]), previews=True).see(value, encode(value) if encoded else b"")
    masked = Seeing(Mask(["never-there"]), previews=True).see(value)
    for one in (data, masked):
        seen = decode_seen(one)
        assert seen is not None
        assert (seen.observed, seen.preview) == (observe(value), preview(value))


def test_secrets_are_hidden_before_anything_is_cut() -> None:
    secret = "s" * 40 + "e" * 40
    see = Seeing(Mask([secret]), previews=True).see
    output = {"text": "x" * 120 + secret, secret: secret.encode(), "lines": [f"{secret} and", secret[:50]]}
    seen = decode_seen(see(output))
    assert seen is not None
    assert secret[:20] not in repr(seen)
    assert seen.preview == {
        "text": "x" * 120 + HIDDEN,
        HIDDEN: "‹9 bytes›",
        "lines": [f"{HIDDEN} and", HIDDEN],
    }
    assert seen.observed.field(HIDDEN)
