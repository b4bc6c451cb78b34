"""Tokens that a run gets by OAuth: once, shown nowhere, and not asked for where they may not be."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from calibrant import connectors, dialects
from calibrant.engine.mask import Mask
from calibrant.engine.memory import Memory
from calibrant.rules.concealing import HIDDEN
from connectors.apiserver import ApiServer, Asked, Reply, Route, serving
from engine.building import MemoryStore, Seen, run

TOKEN = "tok-5ecret-abcdef"


def step(id: str, url: str, token: str, more: str = "", beside: str = "") -> str:  # noqa: A002
    secret = "'{{ secrets.KEY }}'"
    auth = f"{{token_url: '{token}', client_id: me, client_secret: {secret}}}"
    return f"  - {{id: {id}, uses: http.request, with: {{url: '{url}', auth: {auth}{more}}}{beside}}}\n"


def routes(status: int = 200) -> dict[str, Route]:
    def echo(asked: Asked) -> Reply:
        return Reply(
            json.dumps({"seen": asked.headers.get("authorization")}), headers={"content-type": "application/json"}
        )

    def refuse(asked: Asked) -> Reply:
        return Reply(json.dumps({"message": f"no: {asked.headers.get('authorization')}"}), 400)

    token = Reply(json.dumps({"access_token": TOKEN, "token_type": "bearer"}), status)
    return {"/token": token, "/echo": echo, "/refuse": refuse, "/post": Reply("{}")}


async def over(tmp_path: Path, steps: str, store: MemoryStore | None = None, **given: Any) -> Seen:
    workflow = dialects.read("x.workflow.yaml", "secrets: [KEY]\nsteps:\n" + steps)
    assert workflow is not None
    if store is not None:
        given["store"] = store
    return await run(tmp_path, workflow, connectors.registry(), environ={"KEY": "k-s3cret"}, **given)


def paths(server: ApiServer) -> list[str]:
    return sorted(asked.path for asked in server.asked)


async def test_a_token_is_got_once_and_shown_nowhere(tmp_path: Path) -> None:
    with serving(routes()) as server:
        store = MemoryStore()
        token = server.url + "/token"
        steps = step("a", server.url + "/echo", token) + step("b", server.url + "/echo", token)
        steps += step("c", server.url + "/refuse", token)
        steps += "  - {id: d, uses: file.write, needs: a, with: {path: out.txt, content: '{{ a.body.seen }}'}}\n"
        seen = await over(tmp_path, steps, store)
        assert seen.status() == {"a": "completed", "b": "completed", "c": "failed", "d": "rehearsed"}
        assert paths(server) == ["/echo", "/echo", "/refuse", "/token"]
        assert {asked.headers["authorization"] for asked in server.asked if asked.path == "/echo"} == {
            f"Bearer {TOKEN}"
        }
    told = repr(seen.events) + repr(vars(store))
    assert TOKEN not in told
    assert f"no: Bearer {HIDDEN}" in seen.finished["c"].failures[0].message
    assert HIDDEN in told


async def test_a_refused_client_is_not_tried_by_others(tmp_path: Path) -> None:
    with serving(routes(401)) as server:
        token = server.url + "/token"
        steps = step("a", server.url + "/echo", token)
        steps += step("b", server.url + "/echo", token, beside=", needs: a")
        steps += f"  - {{id: c, uses: http.request, needs: a, with: {{url: '{server.url}/echo'}}}}\n"
        seen = await over(tmp_path, steps)
        assert seen.status() == {"a": "failed", "b": "skipped", "c": "completed"}
        assert paths(server) == ["/echo", "/token"]
    assert seen.finished["b"].reason == (
        f"Not tried: {server.url} refused the login of ‘a’, and this step uses the same one."
    )


@pytest.mark.parametrize(
    ("live", "trusted", "asked", "status"),
    [
        (False, True, ["/echo", "/token"], {"read": "completed", "write": "rehearsed", "save": "rehearsed"}),
        (
            True,
            True,
            ["/echo", "/echo", "/post", "/token"],
            {"read": "completed", "write": "completed", "save": "completed"},
        ),
        (False, False, [], {"read": "not_run", "write": "not_run", "save": "not_run"}),
    ],
)
async def test_what_may_be_sent(
    tmp_path: Path, live: bool, trusted: bool, asked: list[str], status: dict[str, str]
) -> None:
    with serving(routes()) as server:
        token = server.url + "/token"
        steps = step("read", server.url + "/echo", token)
        steps += step("write", server.url + "/post", token, ", method: POST", ", needs: read")
        steps += step("save", server.url + "/echo", token, ", save_to: out.json", ", needs: read")
        seen = await over(tmp_path, steps, live=live, trusted=trusted)
        assert seen.status() == status
        if not live and trusted:
            asked = sorted([*asked, "/echo"])
        assert paths(server) == asked
    assert (tmp_path / "out.json").exists() is live


async def test_a_saved_answer_is_read_by_later_steps_and_tried_again(tmp_path: Path) -> None:
    def busy(_asked: Asked) -> Reply:
        return Reply("", 503, {"retry-after": "0"}) if len(server.asked) < 3 else Reply('{"a": [1]}')

    with serving({"/": busy}) as server:
        steps = f"  - {{id: get, uses: http.request, with: {{url: '{server.url}/', save_to: got.json}}}}\n"
        steps += "  - {id: use, uses: file.read, with: {path: '{{ get.path }}'}}\n"
        seen = await over(tmp_path, steps)
        assert seen.status() == {"get": "rehearsed", "use": "completed"}
        assert len(server.asked) == 3
    assert not (tmp_path / "got.json").exists()


def test_a_secret_added_later_is_hidden_from_then_on() -> None:
    mask = Mask([])
    assert not mask.active
    assert mask.text("a first-one") == "a first-one"
    mask.add("first-one")
    mask.add("second-one")
    mask.add("on")
    assert mask.text("first-one second-one on") == f"{HIDDEN} {HIDDEN} on"
    assert mask.value({"a": [b"first-one"]}) == {"a": [HIDDEN.encode()]}


async def test_memory_makes_once_shares_failures_and_goes_on_after_a_cancelled_one() -> None:
    memory, made = Memory(), 0
    begun = asyncio.Event()

    async def make() -> tuple[int, float]:
        nonlocal made
        made += 1
        number = made
        begun.set()
        await asyncio.sleep(0.01)
        if number == 2:
            raise ValueError("two")
        return number, 0.0 if number == 3 else 60.0

    first = asyncio.create_task(memory.get("k", make))
    await begun.wait()
    waiting = [asyncio.create_task(memory.get("k", make)) for _ in range(3)]
    first.cancel()
    ended = await asyncio.gather(first, *waiting, return_exceptions=True)
    assert isinstance(ended[0], asyncio.CancelledError)
    assert [str(end) for end in ended[1:]] == ["two"] * 3
    assert await memory.get("k", make) == 3
    assert await memory.get("k", make) == 4
    assert list(await asyncio.gather(memory.get("k", make), memory.get("other", make))) == [4, 5]
