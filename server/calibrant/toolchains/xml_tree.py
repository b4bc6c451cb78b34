"""XML manifests as small trees. No document type is read, so no entity is ever expanded; what stands above a fault is kept."""

from collections.abc import Iterator
from xml.parsers import expat

MAX_TEXT = 2_000_000
MAX_DEPTH = 60
MAX_ELEMENTS = 100_000


class Element:
    """An element: its name without a prefix, its attributes, the text directly in it, and the elements in it."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.text = ""
        self.children: list[Element] = []

    def all(self, *names: str) -> Iterator["Element"]:
        """Yield the elements at a path of names below it."""
        for child in self.children:
            if child.name == names[0]:
                if len(names) == 1:
                    yield child
                else:
                    yield from child.all(*names[1:])

    def value(self, *names: str) -> str:
        """Return the text of the first element at a path of names; empty where there is none."""
        return next((found.text.strip() for found in self.all(*names)), "")

    def below(self, name: str) -> Iterator["Element"]:
        """Yield all elements of a name anywhere below it."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.below(name)


class _Building:
    def __init__(self) -> None:
        self.root = Element("", {})
        self.open = [self.root]
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        element = Element(name.rpartition(":")[2], attributes)
        if self.count <= MAX_ELEMENTS and len(self.open) <= MAX_DEPTH:
            self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def text(self, content: str) -> None:
        self.open[-1].text += content


def read_xml(text: str) -> tuple[Element, int]:
    """Return a document as an element that holds its root, and the line (from 1) from which on it cannot be read, else 0."""
    building = _Building()
    if len(text) > MAX_TEXT or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return building.root, 1
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.text
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        return building.root, max(1, error.lineno)
    return building.root, 0
