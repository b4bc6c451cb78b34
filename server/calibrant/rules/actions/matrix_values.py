"""What the values of a job's matrix are like."""

from calibrant.expressions.actions.shapes import joined, of_value, strict
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.shape import ANY, Shape, array
from calibrant.model.workflow import JobBody


def matrix_shape(body: JobBody) -> Shape:
    """Return the shape of ‘matrix’ in a job, from its keys and what ‘include’ adds."""
    if not isinstance(body.node, Map):
        return ANY
    strategy = body.node.get("strategy")
    if strategy is None:
        return strict([])
    if not isinstance(strategy, Map):
        return ANY
    matrix = strategy.get("matrix")
    if matrix is None:
        return strict([])
    if not isinstance(matrix, Map):
        return ANY
    found: dict[str, tuple[str, list[Shape]]] = {}
    for entry in matrix.entries:
        if entry.key.value is None or "${{" in entry.name:
            return ANY
        if entry.name not in ("include", "exclude"):
            found.setdefault(entry.name.lower(), (entry.name, []))[1].append(_of_values(entry.value))
    include = matrix.get("include")
    if include is not None and not _included(include, found):
        return ANY
    return strict([(name, joined(shapes)) for name, shapes in found.values()])


def _included(include: Node, found: dict[str, tuple[str, list[Shape]]]) -> bool:
    """Add what ‘include’ gives; tell whether it could be read."""
    if not isinstance(include, Seq):
        return False
    for item in include.items:
        if not isinstance(item, Map):
            return False
        for entry in item.entries:
            found.setdefault(entry.name.lower(), (entry.name, []))[1].append(shape_of(entry.value))
    return True


def _of_values(node: Node) -> Shape:
    if not isinstance(node, Seq) or not node.items:
        return ANY
    return joined([shape_of(item) for item in node.items])


def shape_of(node: Node) -> Shape:
    """Return the shape of a value as written; what an expression gives is not known."""
    match node:
        case Scalar():
            return ANY if node.template is not None or node.value is None else of_value(node.value)
        case Seq():
            return array(joined([shape_of(item) for item in node.items]))
        case Map():
            if any("${{" in entry.name for entry in node.entries):
                return ANY
            return strict([(entry.name, shape_of(entry.value)) for entry in node.entries])
        case Hole():
            return ANY
