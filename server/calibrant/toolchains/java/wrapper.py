"""The scripts that projects bring to call their build tool by."""

import posixpath

from calibrant.toolchains.ecosystem import Folder


def called(folder: Folder, wrapper: str) -> str:
    """Return how the wrapper nearest above is called in a folder (`../gradlew`); empty where there is none."""
    for place in (folder, *folder.above()):
        if place.has(wrapper):
            path = posixpath.join(folder.relative(place), wrapper)
            return path if path.startswith(".") else f"./{path}"
    return ""
