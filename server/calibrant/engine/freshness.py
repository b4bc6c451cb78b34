"""What the output of a call hangs on beside its parameters, as its connector says, else as its effect tells."""

from collections.abc import Iterable

from calibrant.model.connector import Connector, Effect, Freshness, Params
from calibrant.model.failure import StepError

WRITES = frozenset({Effect.WRITE_LOCAL, Effect.WRITE, Effect.EXECUTE})
"""What may change something."""
ALWAYS = Freshness()
_COMMAND = Freshness(workspace=True, aged=True)


def freshness_of(connector: Connector, params: Params, effect: Effect | None) -> Freshness | None:
    """Return what a call's output hangs on; None where that cannot be told.

    `effect` is None for a call that cannot be made: some parameters may be unknown then.
    """
    if effect is Effect.NOTHING:
        return ALWAYS
    if effect is Effect.EXECUTE:
        return _COMMAND
    try:
        found = connector.fresh(params) if connector.fresh is not None else _by_effect(connector, params, effect)
    except StepError:
        return None
    except Exception:  # noqa: BLE001 - a connector's own function, maybe on an unknown value: the call itself will tell
        return None
    known = found is not None and all(isinstance(path, str) for path in (*found.files, *found.beside, *found.folders))
    return found if known else None


def _by_effect(connector: Connector, params: Params, effect: Effect | None) -> Freshness | None:
    files = tuple(str(params[name]) for name in connector.reads if isinstance(params.get(name), str))
    if effect is Effect.WRITE:  # rehearsed: it looks at a target outside
        return Freshness(files=files, aged=True)
    if effect is Effect.WRITE_LOCAL:  # which files it writes is not declared
        return None
    outside = bool(connector.origin(params))
    return Freshness(files=files, aged=outside) if connector.reads or outside else None


def joined(found: Iterable[Freshness | None]) -> Freshness | None:
    """Return what all the calls of one step hang on; None where that cannot be told of one."""
    files: dict[str, None] = {}
    beside: dict[str, None] = {}
    folders: dict[str, None] = {}
    workspace = aged = False
    for one in found:
        if one is None:
            return None
        files |= dict.fromkeys(one.files)
        beside |= dict.fromkeys(one.beside)
        folders |= dict.fromkeys(one.folders)
        workspace, aged = workspace or one.workspace, aged or one.aged
    return Freshness(tuple(files), tuple(beside), tuple(folders), workspace, aged)
