"""What is known of the actions and workflows that a file calls: those of its own repository, and popular public ones."""

from collections.abc import Iterator, Mapping

from calibrant.model.connector import ConnectorSpec
from calibrant.model.shape import OBJECT

HERE = ("./", "$/")
"""How the names of what lies in the same repository begin."""


class ActionSpecs(Mapping[str, ConnectorSpec]):
    """Declarations by the text of ‘uses’.

    `local` are those of the repository, by their names as called; one that is not there is `broken`. `near` are the
    repository's own actions and workflows as they could be called, known only by name. Public ones are found by name and version
    ("actions/checkout@v4"); of what is not known there is none.
    """

    def __init__(self, local: Mapping[str, ConnectorSpec], near: tuple[str, ...] = ()) -> None:
        self.local = dict(local)
        self.near = near
        self._public: dict[str, ConnectorSpec | None] = {}

    def __getitem__(self, name: str) -> ConnectorSpec:
        if name in self.local:
            return self.local[name]
        if name in self.near:
            return ConnectorSpec(name, "", (), OBJECT, (), open=True)
        if name.startswith(HERE):
            raise KeyError(name)
        if name not in self._public:
            from calibrant.github.popular import public_action

            self._public[name] = public_action(name)
        found = self._public[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        """Yield the repository's own first."""
        yield from dict.fromkeys((*self.local, *self.near))
        from calibrant.github.popular import newest

        yield from newest()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ActionSpecs):
            return NotImplemented
        return self is other or (self.near == other.near and self.local == other.local)

    def __hash__(self) -> int:
        return hash((tuple(self.local), self.near))
