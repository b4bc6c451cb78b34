"""The invariants of docs/architecture.md, read off the source."""

import ast
import re

import pytest

from calibrant.dialects import DIALECTS
from calibrant.github.contexts import CONTEXTS as GITHUB_CONTEXTS
from calibrant.github.keys import JOB as GITHUB_JOB
from calibrant.github.keys import STEP as GITHUB_STEP
from calibrant.github.keys import WORKFLOW as GITHUB_WORKFLOW
from house.source import PACKAGE, ROOT, calls, imports, modules, room

FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"model"}),
    frozenset({"github"}),
    frozenset({"syntax", "expressions", "report"}),
    frozenset({"dialects", "connectors", "rules", "failures", "repairs", "toolchains"}),
    frozenset({"engine", "change", "store", "ide"}),
    frozenset({"workspace"}),
    frozenset({"lsp"}),
)
TOP = frozenset({"app", "cli", "__main__", "__init__", "pages"})
PURE = frozenset(
    {
        "model",
        "github",
        "syntax",
        "expressions",
        "dialects",
        "rules",
        "failures",
        "repairs",
        "report",
        "ide",
        "toolchains",
    }
)
IMPURE = (
    *("os", "io", "pathlib", "shutil", "tempfile", "time", "datetime.datetime.now", "subprocess", "threading"),
    *("multiprocessing", "socket", "asyncio", "random", "secrets", "sqlite3", "httpx"),
)
MODULES = sorted(modules())


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if name in rooms)


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module: str) -> None:
    here = room(module)
    if here in TOP:
        return
    for line, name in imports(modules()[module]):
        if not name.startswith("calibrant.") or name.count(".") < 1:
            continue
        there = name.split(".")[1]
        if there in TOP or there == here or not any(there in rooms for rooms in FLOORS):
            assert there == here or there in {"__version__", "pages"}, f"{module}:{line} imports {name}"
            continue
        assert floor(there) < floor(here), f"{module}:{line} imports {name}, which is not on a lower floor"


def test_every_room_stands_on_a_floor_and_says_what_it_is() -> None:
    known = {name for rooms in FLOORS for name in rooms} | TOP
    for module, tree in modules().items():
        assert room(module) in known, module
        if module.endswith("__init__.py"):
            text = ast.get_docstring(tree)
            assert text, f"{module} does not say what the room is"
            assert len(text.split("\n\n", maxsplit=1)[0]) < 200, module


@pytest.mark.parametrize("module", [module for module in MODULES if room(module) in PURE])
def test_pure_rooms_touch_nothing(module: str) -> None:
    typing_only = {"model/connector.py": {"pathlib", "pathlib.Path", "httpx"}}.get(module, set())
    for line, name in imports(modules()[module]):
        for impure in IMPURE:
            if name == impure or name.startswith(impure + "."):
                assert name in typing_only, f"{module}:{line} imports {name}"
    for line, name in calls(modules()[module]):
        assert name not in {"open", "input", "print"}, f"{module}:{line} calls {name}"


@pytest.mark.parametrize("module", MODULES)
def test_what_belongs_to_one_room_stays_there(module: str) -> None:
    owners = {
        "pygls": {"lsp"},
        "lsprotocol": {"lsp"},
        "click": {"cli"},
        "sqlite3": {"store", "connectors"},
        "subprocess": {"engine"},
        "tree_sitter": {"syntax"},
        "tree_sitter_yaml": {"syntax"},
        "tree_sitter_json": {"syntax"},
        "tree_sitter_bash": {"syntax"},
        "jinja2": {"expressions"},
    }
    for line, name in imports(modules()[module]):
        owner = owners.get(name.split(".")[0])
        assert owner is None or room(module) in owner, f"{module}:{line} imports {name}"
    for line, name in calls(modules()[module]):
        assert not name.endswith("chdir"), f"{module}:{line} changes the folder"
        if name.endswith(("create_subprocess_exec", "create_subprocess_shell", "Popen")):
            assert room(module) == "engine", f"{module}:{line} starts a process"
        assert not name.endswith("create_subprocess_shell"), f"{module}:{line} goes through a shell"
        assert name not in {"pickle.loads", "eval", "exec", "marshal.loads"}, f"{module}:{line} calls {name}"
        assert name != "print", f"{module}:{line} prints"


def test_positions_are_built_in_one_place() -> None:
    for module, tree in modules().items():
        if room(module) == "lsp" and module != "lsp/convert.py":
            built = [
                line
                for line, name in calls(tree)
                if name.split(".")[-1] in {"Position", "Range", "Location", "LocationLink"}
            ]
            assert not built, f"{module}:{built} builds positions"


def test_what_is_said_of_a_place_knows_no_key_of_a_language() -> None:
    """What the words of a language mean, its reader and its table of slots say: so another language is served alike."""
    also_words = {"id", "name", "if", "env"}  # of expressions, or of anything
    places = {place for dialect in DIALECTS for place in dialect.language.keys}
    keys = {key.name for dialect in DIALECTS for key in dialect.language.keys.get("step", ())} - also_words - places
    assert {"uses", "with", "run", "needs"} <= keys
    for module in [module for module in MODULES if room(module) == "ide"]:
        for node in ast.walk(modules()[module]):
            assert not (isinstance(node, ast.Constant) and node.value in keys), (
                f"{module}:{node.lineno} says {node.value}"
            )
    github = {key.name for key in (*GITHUB_WORKFLOW, *GITHUB_JOB, *GITHUB_STEP)} | set(GITHUB_CONTEXTS)
    for module in [module for module in MODULES if module.startswith("ide/lexical/")]:
        for node in ast.walk(modules()[module]):
            assert not (isinstance(node, ast.Constant) and node.value in github - also_words - {"job"}), (
                f"{module}:{node.lineno} says {node.value}"
            )


def test_sql_stands_in_the_store() -> None:
    statement = re.compile(r"\b(SELECT .+ FROM|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)\b")
    for module, tree in modules().items():
        if room(module) == "store":
            continue
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                allowed = module.startswith("connectors/sql") or (
                    room(module) in {"failures", "connectors"} and "CREATE TABLE" not in node.value
                )
                assert allowed or not statement.search(node.value), f"{module}:{node.lineno} holds SQL"


def test_no_corridors() -> None:
    for module, tree in modules().items():
        assert not module.endswith(("utils.py", "helpers.py", "common.py", "misc.py")), module
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Global), f"{module}:{node.lineno} has module state"
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
                if isinstance(statement.value, ast.List | ast.Set) or (
                    isinstance(statement.value, ast.Call)
                    and ast.unparse(statement.value.func) in {"list", "dict", "set"}
                ):
                    name = ast.unparse(target)
                    assert name == "__all__", f"{module}:{statement.lineno} {name} can be changed"


def test_imports_inside_functions_only_defer_what_is_heavy() -> None:
    heavy = {
        *("jinja2", "httpx", "openpyxl", "sqlite3", "mailbox", "email", "csv", "rich", "platformdirs", "watchfiles"),
        *(
            "pygls",
            "lsprotocol",
            "tree_sitter",
            "tree_sitter_yaml",
            "tree_sitter_json",
            "tree_sitter_bash",
            "asyncio",
            "packaging",
            "concurrent",
            "ctypes",
        ),
        "resource",
    }
    for module, tree in modules().items():
        if room(module) in {"cli", "app"}:
            continue
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for line, name in imports(function):
                own = name.startswith("calibrant.")
                assert own or name.split(".")[0] in heavy, f"{module}:{line} imports {name} inside a function"


def test_exceptions_are_not_swallowed() -> None:
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
                silent = all(isinstance(line, ast.Pass) for line in node.body)
                assert not (broad and silent), f"{module}:{node.lineno} swallows every exception"


def test_the_project_has_its_documents() -> None:
    for name in ("LICENSE", "README.md", "docs/architecture.md", "docs/adding.md", "docs/workflow-language.md"):
        assert (ROOT / name).is_file(), name
    for name in ("docs/changelog.md", "docs/security.md", "docs/connectors.md", "docs/performance.md"):
        assert (ROOT / name).is_file(), name
    assert (PACKAGE / "py.typed").is_file()
