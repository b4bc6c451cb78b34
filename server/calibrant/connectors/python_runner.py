"""The program that python.call gives to a workspace's Python: imports one function, calls it, and gives back what it returns.

It is handed over as text and never imported here. It runs on Python 3.8 and later, with the standard library only. Its
standard input is a file with the request as JSON, in which it leaves the answer; the function itself finds nothing there,
and may print what it likes.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import os
import pkgutil
import sys
import traceback
from datetime import date, time
from decimal import Decimal
from typing import Any, Dict, List, NoReturn, Optional  # noqa: UP035 - for old Pythons

Answer = Dict[str, Any]  # noqa: UP006 - for old Pythons


class Refused(Exception):  # noqa: N818 - never seen outside
    """Ends the program with an answer that says what is wrong."""


def main() -> None:
    """Answer the request; the exit status is 1 where the answer is an error, its trace then is on stderr too."""
    exchange = os.dup(0)
    with os.fdopen(0, "rb", closefd=False) as file:
        request = json.loads(file.read())
    os.ftruncate(exchange, 0)  # a program that dies without an answer leaves none
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    folder = os.getcwd()  # noqa: PTH109
    sys.path.insert(0, folder)
    try:
        answer: Answer = {"result": call(request["module"], request["name"], request["args"], folder)}
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    except Refused as refused:
        answer = refused.args[0]
        text = json.dumps(answer, ensure_ascii=False)
    sys.stdout.flush()
    with os.fdopen(exchange, "wb") as file:
        file.seek(0)
        file.write(text.encode("utf-8", "surrogatepass"))
    if "error" in answer:
        sys.stderr.write(answer.get("trace", ""))
        sys.exit(1)


def call(module: str, name: str, args: Answer, folder: str) -> object:
    """Return what the function returns, as plain data."""
    function = find(module, name, folder)
    positional: List[object] = []  # noqa: UP006 - for old Pythons
    try:
        signature: Optional[inspect.Signature] = inspect.signature(function)  # noqa: UP045 - for old Pythons
    except (TypeError, ValueError):  # some built-in functions have none
        signature = None
    if signature is not None:
        check(signature, args)
        only = [p.name for p in signature.parameters.values() if p.kind is p.POSITIONAL_ONLY]
        positional = [args.pop(key) for key in only if key in args]
    try:
        result = function(*positional, **args)
        if inspect.isawaitable(result):
            import asyncio

            result = asyncio.run(awaited(result))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the function's own, and told
        raised(error, folder, "call")
    try:
        return plain(result, "result")
    except RecursionError:
        raise Refused({"error": "result", "type": "value nested too deeply", "path": "result"}) from None


async def awaited(result: Any) -> object:
    """Return what an awaitable gives; asyncio.run itself takes coroutines only."""
    return await result


def find(module: str, name: str, folder: str) -> Any:
    """Return the function."""
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if module == missing or module.startswith(missing + "."):
            raise Refused({"error": "no-module", "missing": missing, "modules": modules(missing, folder)}) from None
        raised(error, folder, "import")
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the module's own, and told
        raised(error, folder, "import")
    for part in name.split("."):
        try:
            owner, found = found, getattr(found, part)
        except AttributeError:
            raise Refused({"error": "no-function", "part": part, "names": callables(found)}) from None
    if not callable(found):
        raise Refused({"error": "not-callable", "type": type(found).__name__, "names": callables(owner)})
    return found


def modules(missing: str, folder: str) -> List[str]:  # noqa: UP006 - for old Pythons
    """Return the modules beside the missing one."""
    parent = missing.rpartition(".")[0]
    places = [folder]
    if parent:
        spec = importlib.util.find_spec(parent)
        places = list(spec.submodule_search_locations or ()) if spec else []
    prefix = parent + "." if parent else ""
    return sorted(prefix + found.name for found in pkgutil.iter_modules(places))


def callables(owner: Any) -> List[str]:  # noqa: UP006 - for old Pythons
    """Return the functions that a module or a class defines, without those that it only imports."""
    own = getattr(owner, "__name__", "")
    names = [name for name, value in vars(owner).items() if callable(value)] if hasattr(owner, "__dict__") else []
    if inspect.ismodule(owner):
        names = [name for name in names if getattr(getattr(owner, name), "__module__", own) == own]
    return [name for name in names if not name.startswith("_")]


def check(signature: inspect.Signature, args: Answer) -> None:
    """Refuse arguments that the function does not take, and too few of them."""
    given = signature.parameters.values()
    named = [p for p in given if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    takes = [p.name for p in named]
    takes_all = any(p.kind is p.VAR_KEYWORD for p in given)
    unexpected = [] if takes_all else [name for name in args if name not in takes]
    missing = [p.name for p in named if p.default is p.empty and p.name not in args]
    if unexpected or missing:
        raise Refused({"error": "arguments", "unexpected": unexpected, "missing": missing, "takes": takes})


def raised(error: BaseException, folder: str, stage: str) -> NoReturn:
    """Refuse with what an exception says, and where it came from."""
    lines = traceback.extract_tb(error.__traceback__)
    own = [f"{place(line.filename, folder)}:{line.lineno}" for line in lines if place(line.filename, folder)]
    if isinstance(error, SyntaxError) and place(error.filename or "", folder):
        own.append(f"{place(error.filename or '', folder)}:{error.lineno}")
    shown = [line for line in lines if line.filename != "<string>" and "importlib" not in line.filename]
    trace = traceback.format_list(shown) + traceback.format_exception_only(type(error), error)
    sort = next(
        (
            word
            for base, word in (
                (AssertionError, "assertion"),
                (SyntaxError, "syntax"),
                (ModuleNotFoundError, "module"),
                (SystemExit, "exit"),
                (KeyboardInterrupt, "exit"),
            )
            if isinstance(error, base)
        ),
        "exception",
    )
    answer = {"error": "raised", "sort": sort, "stage": stage, "type": type(error).__name__, "message": said(error)}
    name = getattr(error, "name", None) if sort == "module" else None
    header = "Traceback (most recent call last):\n"
    raise Refused(
        {**answer, "line": own[-1] if own else "", "module": name, "trace": header + "".join(trace)}
    ) from None


def said(error: BaseException) -> str:
    """Return an exception's own words."""
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:  # noqa: BLE001 - an exception class with a mistake in its own text
        return ""


def place(filename: str, folder: str) -> str:
    """Return a file as seen from the folder; empty for one that lies elsewhere or in an environment."""
    real, base = os.path.realpath(filename), os.path.realpath(folder) + os.sep
    if not real.startswith(base) or f"{os.sep}site-packages{os.sep}" in real:
        return ""
    return real[len(base) :]


def plain(value: Any, path: str) -> object:
    """Return a value as JSON has it: tuples are lists, dates ISO 8601 text, decimals numbers."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float) and value - value == 0:
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise Refused({"error": "result", "type": type(key).__name__, "path": path, "key": repr(key)[:60]})
        return {key: plain(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{path}[{index}]") for index, item in enumerate(value)]
    name = "infinite or undefined number" if isinstance(value, (float, Decimal)) else type(value).__name__
    raise Refused({"error": "result", "type": name, "path": path})


if __name__ == "__main__":
    main()
