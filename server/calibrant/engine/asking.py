"""The key of the output that a step's calls would give: all that it hangs on, looked at before the calls are made."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import PurePath
from zlib import crc32

import msgspec

from calibrant.engine.call import Asked, Desk, Prepared
from calibrant.engine.freshness import WRITES, freshness_of, joined
from calibrant.engine.outputs import content_key
from calibrant.engine.states import Fingerprint, State
from calibrant.model.connector import Connector, Effect, Freshness
from calibrant.model.failure import NotRun
from calibrant.model.workflow import StepBody

_OUTSIDE = frozenset({Effect.WRITE, Effect.EXECUTE})


class Basis(msgspec.Struct, frozen=True, array_like=True):
    """What an output hung on, as it is recorded with it. `text` tells whether the step still says the same.

    `told`: the call told of something beside its output, which is recorded nowhere.
    """

    text: int
    call: str = ""
    states: dict[str, str] = {}
    workspace: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    told: bool = False


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Basis)


def basis_of(asked: Asked, *, told: bool = False) -> bytes:
    """Return what an output hangs on, to be recorded with it: of calls that are given a secret only what the step says."""
    text = said(asked.body)
    if not asked.call or asked.secret:
        return text.to_bytes(4, "big")
    states = {state.name: state.digest for state in asked.states}
    workspace = asked.workspace.digest if asked.workspace else ""
    return _encoder.encode(Basis(text, asked.call, states, workspace, asked.ids, told))


def said(body: StepBody) -> int:
    """Return what stands for a step's text, to tell whether it says the same."""
    return crc32(body.text.encode("utf-8", "surrogatepass"))


def read_basis(data: bytes) -> Basis | None:
    """Return what was recorded of what an output hung on; None where nothing can be read."""
    if len(data) == 4:
        return Basis(int.from_bytes(data, "big"))
    try:
        return _decoder.decode(data)
    except msgspec.MsgspecError:
        return None


def has_told(data: bytes) -> bool:
    """Tell whether a recorded call told of something beside its output, which only making it again would tell again."""
    basis = read_basis(data)
    return basis is not None and basis.told


async def ask(body: StepBody, connector: Connector, prepared: Sequence[Prepared], position: int, desk: Desk) -> Asked:
    """Return what a step is about to do, with its key: 32 hex digits over all that its output hangs on."""
    effects = {one.effect for one in prepared}
    if None in effects:
        return Asked(
            body, connector, prepared, "", False, position, sees=_seen_by_look(connector, prepared, position, desk)
        )
    calls = [one.params | one.functions for one in prepared]
    shown = desk.mask.value(calls)
    secret = shown is not calls
    key = content_key(connector.spec, shown if body.for_each is not None else shown[0])  # type: ignore[index]
    if effects <= {Effect.NOTHING}:
        return Asked(
            body, connector, prepared, key or own_key(body, desk), bool(key) and not secret, position, secret=secret
        )
    asked = await _looked(body, connector, prepared, position, desk, key, effects)
    if key and not secret:
        return asked
    return msgspec.structs.replace(asked, key=key or own_key(body, desk), repeatable=False, secret=secret)


def own_key(body: StepBody, desk: Desk) -> str:
    """Return a key that no other run has."""
    return blake2b(f"{desk.request.session}\0{body.id}".encode(), digest_size=16).hexdigest()


async def _looked(
    body: StepBody,
    connector: Connector,
    prepared: Sequence[Prepared],
    position: int,
    desk: Desk,
    call: str,
    effects: set[Effect | None],
) -> Asked:
    """Return the key of calls that reach files or the outside."""
    fresh = joined(freshness_of(connector, one.params, one.effect) for one in prepared)
    before = desk.traces.before(position)
    commands = Effect.EXECUTE in effects
    states: tuple[State, ...] = ()
    workspace: Fingerprint | None = None
    live = desk.request.live
    repeatable = fresh is not None and not (live and (fresh.aged or effects & WRITES))
    sees = before
    if fresh is not None and not commands:
        sees = 0
        if fresh.files or fresh.beside or fresh.folders:
            looked = await asyncio.to_thread(_states, desk, fresh)
            repeatable = repeatable and looked is not None
            states = tuple(looked or ())
            linked = any(state.links for state in states)
            sees = before if linked else desk.traces.seen_in((state.name for state in states), before)
    ids = desk.traces.ids(sees) if sees else []
    more = ["live"] if live and effects & _OUTSIDE else []  # what was really done is not what a rehearsal gives
    if commands and repeatable and desk.request.execute != "no":
        workspace, environment = await desk.shared.fingerprint()
        repeatable = workspace is not None and desk.shared.may_execute
        more += [environment, *_own_file(prepared, desk)]
        more += [repr(body.scope)] if body.scope is not None else []
    elif commands:
        repeatable = False
    return Asked(
        body,
        connector,
        prepared,
        _whole(call, desk.request.path, states, workspace, [one for one, _ in ids], more),
        repeatable,
        position,
        aged=fresh is not None and fresh.aged,
        call=call,
        states=states,
        workspace=workspace,
        ids=tuple(ids),
        sees=_must_be_there(sees, before, states, effects, position, desk),
        writes=tuple(state.name for state in states) if Effect.WRITE_LOCAL in effects else (),
    )


def _states(desk: Desk, fresh: Freshness) -> list[State] | None:
    try:
        return desk.shared.states.of(fresh)
    except NotRun:  # the files are kept from this step; the call itself says so
        return None


def _whole(
    call: str,
    workflow: str,
    states: Sequence[State],
    workspace: Fingerprint | None,
    ids: Sequence[str],
    more: Sequence[str],
) -> str:
    """Return the key of an output that hangs on more than its call: paths mean another file in a workflow of another folder."""
    if not call or not (states or workspace or ids or more):
        return call
    files = [part for state in states for part in (state.name, state.digest)]
    folder = PurePath(workflow).parent.as_posix()
    parts = [call, folder, *files, "+", workspace.digest if workspace else "", "+", *ids, "+", *more]
    return blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _must_be_there(
    seen: int, before: int, states: Sequence[State], effects: set[Effect | None], position: int, desk: Desk
) -> int:
    """Return the steps that must have changed their files before the calls are made."""
    if not desk.traces.missing(before):
        return 0
    if Effect.WRITE_LOCAL in effects:  # else a command that is called later would find what only comes now
        return seen | desk.traces.waited_for(before, position)
    lost = any(
        state.missing and not state.optional and not desk.traces.seen_in((state.name,), before) for state in states
    )
    return before if lost else seen  # of a file that is not there is told which ones are


def _seen_by_look(connector: Connector, prepared: Sequence[Prepared], position: int, desk: Desk) -> int:
    """Return the steps that must have changed their files before targets are looked at, where a call cannot be made."""
    before = desk.traces.before(position)
    if connector.check is None or not desk.traces.missing(before):
        return 0
    fresh = joined(freshness_of(connector, one.params, None) for one in prepared)
    if fresh is None:
        return before
    try:
        names = [desk.shared.states.name_of(path) for path in (*fresh.files, *fresh.beside, *fresh.folders)]
    except NotRun:
        return 0
    return desk.traces.seen_in(names, before)


def _own_file(prepared: Sequence[Prepared], desk: Desk) -> list[str]:
    """Return what the workflow's own file is like, where a command names it: else it counts for nothing."""
    name = PurePath(desk.request.path).name
    if not any(name in text for one in prepared for text in _texts(one.params)):
        return []
    return [state.digest for state in _states(desk, Freshness(files=(name,))) or ()]


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)
