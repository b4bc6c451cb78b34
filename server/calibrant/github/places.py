"""From a path to what may stand there."""

from collections.abc import Mapping

from calibrant.github.keys import PLACES
from calibrant.github.languages import ACTION, WORKFLOW
from calibrant.github.metadata import ACTION_PLACES
from calibrant.model.expression import Path
from calibrant.model.language import KeySpec, PlaceSpec

WHOLE: Mapping[str, str] = {WORKFLOW: "workflow", ACTION: "action"}
"""What the whole file is called in the places of each language."""


def places_of(language: str) -> Mapping[str, PlaceSpec]:
    """Return the places of a language by its name (see `github.languages`)."""
    return ACTION_PLACES if language == ACTION else PLACES


def spec_at(language: str, path: Path, root: str = "") -> KeySpec | None:
    """Return what is known of the value at a path of keys and positions, None where nothing may be said, or may stand, there.

    The path begins at the whole file, or at `root`, a place such as "job" or "step". The value's own map or list is the
    place that its `place` names.
    """
    places = places_of(language)
    here = root or WHOLE[language]
    spec: KeySpec | None = KeySpec(here, ("object",), "", place=here)
    for part in path:
        place = places.get(spec.place) if spec is not None and spec.place else None
        if place is None:
            return None
        spec = place.key(part) if isinstance(part, str) else place.item
    return spec


def place_at(language: str, path: Path, root: str = "") -> PlaceSpec | None:
    """Return what may stand inside the map or list at a path; see `spec_at`."""
    spec = spec_at(language, path, root)
    return places_of(language).get(spec.place) if spec is not None and spec.place else None
