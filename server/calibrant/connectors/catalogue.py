"""All connectors by name: the built-in ones, and those of other packages, which are looked for when another name is asked for.

What is only built in costs nothing more: a `check` of a file that uses no other names does not look around.
"""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from calibrant.model.connector import Connector, ConnectorSpec

T = TypeVar("T")


class Catalogue(Mapping[str, T], Generic[T]):
    """Something of each connector by name. Built-in names win. Two of one type are equal: there is one environment."""

    def __init__(self, builtin: Mapping[str, T]) -> None:
        self._builtin = builtin

    def __getitem__(self, name: str) -> T:
        if name in self._builtin:
            return self._builtin[name]
        from calibrant.connectors import plugins

        if name not in plugins.found():
            raise KeyError(name)
        return self._loaded(name)

    def _loaded(self, name: str) -> T:
        raise NotImplementedError

    def __contains__(self, name: object) -> bool:
        if name in self._builtin:
            return True
        from calibrant.connectors import plugins

        return name in plugins.found()

    def __iter__(self) -> Iterator[str]:
        from calibrant.connectors import plugins

        return iter({**self._builtin, **plugins.found()})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) or NotImplemented

    def __hash__(self) -> int:
        return hash(type(self))


class Connectors(Catalogue[Connector]):
    """The connectors; one that cannot be loaded is not among them."""

    def _loaded(self, name: str) -> Connector:
        from calibrant.connectors import plugins

        connector = plugins.load(name).connector
        if connector is None:
            raise KeyError(name)
        return connector


class Declarations(Catalogue[ConnectorSpec]):
    """Their declarations; that of one that cannot be loaded says why."""

    def _loaded(self, name: str) -> ConnectorSpec:
        from calibrant.connectors import plugins

        return plugins.load(name).spec
