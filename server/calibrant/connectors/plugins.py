"""Connectors that other packages bring along: found by their entry points, imported only when a workflow uses them.

Only the environment that Calibrant runs in is searched, never a workspace's own: an entry point makes Calibrant import a
module, and a workspace must not be able to bring one along.
"""

import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import cache
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from types import MappingProxyType

import msgspec

from calibrant.model.connector import Connector, ConnectorSpec
from calibrant.model.shape import OBJECT

GROUP = "calibrant.connectors"
"""The entry point group: the entry point's name is the connector's, its value `module:ATTRIBUTE` a `Connector`."""


class Plugin(msgspec.Struct, frozen=True):
    """A connector of another package; without a connector, its declaration says why it is `broken`."""

    spec: ConnectorSpec
    connector: Connector | None = None


@cache
def found() -> Mapping[str, EntryPoint]:
    """Return the entry points of other packages by connector name; of two with one name, the first on Python's path."""
    points: dict[str, EntryPoint] = {}
    for distribution in distributions(path=_search_path()):
        for point in distribution.entry_points:
            if point.group == GROUP:
                points.setdefault(point.name, point)
    return MappingProxyType(points)


def _search_path() -> list[str]:
    """Return where Python looks for packages, without the current folder, which may be anyone's."""
    here = Path.cwd()
    return [entry for entry in sys.path if entry and Path(entry).resolve() != here]


@cache
def load(name: str) -> Plugin:
    """Import a connector that was `found`; never raises: what is wrong with it stands in its declaration."""
    point = found()[name]
    try:
        with redirect_stdout(sys.stderr):  # ours may be a wire
            value: object = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - somebody else's module may do anything
        return _broken(name, f"{type(error).__name__}: {error}")
    if not isinstance(value, Connector):
        return _broken(name, f"{point.value} is no Connector but of the type {type(value).__name__}")
    if value.spec.name != name:
        return _broken(name, f"{point.value} calls itself ‘{value.spec.name}’, not ‘{name}’")
    return Plugin(value.spec, value)


def _broken(name: str, why: str) -> Plugin:
    return Plugin(ConnectorSpec(name, "A connector that cannot be loaded.", (), OBJECT, (), broken=why))


def package_of(name: str) -> str:
    """Return the package that a connector comes from, with its version."""
    distribution = found()[name].dist
    return f"{distribution.name} {distribution.version}" if distribution else found()[name].value
