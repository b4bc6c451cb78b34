"""The sessions of a noxfile (https://nox.thea.codes/en/stable/config.html): its syntax is read, none of it is run."""

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator
from itertools import product

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.tasks.listing import MAX_TEXT, Listed, listed, tasks

NAME = "noxfile.py"
_PLAIN_DECORATORS = frozenset({"nox", "functools"})


def sessions(text: str, beside: Iterable[str] = ()) -> Listed | None:
    """Return the sessions of a noxfile; None where it cannot be read.

    `beside` are the names of modules in its folder: what it imports of them may bring sessions too.
    """
    tree = _tree(text)
    if tree is None:
        return None
    reading = _Reading(tree, frozenset(beside))
    return listed(reading.names, whole=reading.whole)


def _tree(text: str) -> ast.Module | None:
    if len(text) > MAX_TEXT:
        return None
    with warnings.catch_warnings():  # what the text does with escapes is not ours to tell
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


class _Reading:
    def __init__(self, tree: ast.Module, beside: frozenset[str]) -> None:
        self.names: list[str] = []
        self.whole = True
        self.constants: dict[str, object] = {}
        decorators: set[int] = set()
        for statement in tree.body:
            self.constant(statement)
        for node in _nodes(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.imported(node, beside)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                decorators.update(id(part) for one in node.decorator_list for part in _nodes(one))
                self.function(node)
        for node in _nodes(tree):
            called = isinstance(node, ast.Call) and id(node) not in decorators and _is_session(node.func)
            if called or (isinstance(node, ast.Attribute) and node.attr in ("registry", "_options")):
                self.whole = False

    def constant(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            target, value = statement.target, statement.value
        else:
            return
        if isinstance(target, ast.Name):
            known = target.id not in self.constants
            self.constants[target.id] = self.value(value) if known else None

    def value(self, node: ast.expr | None) -> object:
        """Return the value of a literal, or of a name that was given one; None where it is not plain to see."""
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        if isinstance(node, ast.List | ast.Tuple):
            values = [self.value(one) for one in node.elts]
            return None if None in values else values
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
            return node.value
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.UnaryOp):
            whole, at = self.value(node.value), _index(node.slice)
            if isinstance(whole, list) and at is not None and -len(whole) <= at < len(whole):
                element: object = whole[at]
                return element
        return None

    def imported(self, node: ast.Import | ast.ImportFrom, beside: frozenset[str]) -> None:
        if isinstance(node, ast.ImportFrom):
            if node.level or any(name.name == "*" for name in node.names):
                self.whole = False
            modules = [node.module or ""]
        else:
            modules = [name.name for name in node.names]
        first = {module.split(".")[0] for module in modules}
        if any(module in beside and module not in sys.stdlib_module_names for module in first):
            self.whole = False

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            if _is_session(call):
                self.session(node, decorator)
                return
        if not all(_head(one) in _PLAIN_DECORATORS for one in node.decorator_list):
            self.whole = False  # what makes something of it may make a session

    def session(self, node: ast.FunctionDef | ast.AsyncFunctionDef, decorator: ast.expr) -> None:
        settings: dict[str | None, ast.expr] = {}
        if isinstance(decorator, ast.Call):
            settings = {one.arg: one.value for one in decorator.keywords}
            if decorator.args or None in settings:
                self.whole = False
        name: object = node.name
        if "name" in settings and not _is_none(settings["name"]):
            name = self.value(settings["name"])
            if not isinstance(name, str):
                self.whole = False
                return
        name = str(name)
        pythons = self.pythons(settings.get("python", settings.get("py")))
        parameters = self.parameters(node)
        self.names.append(name)
        versioned = [f"{name}-{python}" for python in pythons]
        self.names.extend(versioned)
        self.names.extend(f"{one}({signature})" for one in (versioned or [name]) for signature in parameters)

    def pythons(self, node: ast.expr | None) -> list[str]:
        if node is None or _is_none(node) or (isinstance(node, ast.Constant) and node.value is False):
            return []
        value = self.value(node)
        if isinstance(value, list):
            return [str(one) for one in value]
        if not isinstance(value, str):
            self.whole = False
        return []

    def parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
        """Return the signatures of a parametrised session, as nox writes them."""
        axes: list[list[str]] = []
        for decorator in node.decorator_list:
            if not (isinstance(decorator, ast.Call) and _last(decorator.func) == "parametrize"):
                continue
            axis = self.axis(decorator)
            if axis is None:
                self.whole = False
                return []
            axes.insert(0, axis)  # the one next to the function comes first
        if not axes:
            return []
        return [", ".join(one) for _, one in zip(range(500), product(*axes), strict=False)]

    def axis(self, call: ast.Call) -> list[str] | None:
        if len(call.args) != 2 or call.keywords:
            return None
        names, values = self.value(call.args[0]), self.value(call.args[1])
        if not isinstance(names, str) or not isinstance(values, list):
            return None
        each = [one.strip() for one in names.split(",")]
        if len(each) == 1:
            return [f"{each[0]}={value!r}" for value in values]
        if not all(isinstance(value, list) and len(value) == len(each) for value in values):
            return None
        return [", ".join(f"{name}={one!r}" for name, one in zip(each, value, strict=True)) for value in values]


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _index(node: ast.expr) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _index(node.operand)
        return None if inner is None else -inner
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def _is_session(node: ast.expr) -> bool:
    return _last(node) == "session" and isinstance(node, ast.Name | ast.Attribute)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _head(node: ast.expr) -> str:
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def detect(folder: Folder) -> Iterator[Tasks]:
    """Yield the sessions of a folder's noxfile."""
    found = sessions(folder.read(NAME), (name.removesuffix(".py") for name in folder.names))
    if found is not None:
        yield tasks("nox", folder, NAME, found)


RUNNER = Runner("nox", (NAME,), detect)
