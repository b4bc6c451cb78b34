"""What a client says of itself beyond the protocol, in `capabilities.experimental.calibrant`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


def says(ls: "CalibrantServer", name: str) -> bool:
    """Tell whether the client says that something is true of it; whatever it sends there is borne with."""
    return _field(_field(ls.client_capabilities.experimental, "calibrant"), name) is True


def _field(value: object, name: str) -> object:
    """Return a field of what came as an object, which the library makes a mapping or a value with attributes."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
