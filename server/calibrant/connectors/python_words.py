"""What went wrong with a call of a Python function, in plain words."""

from collections.abc import Mapping
from typing import cast

import msgspec

from calibrant.connectors.ended import report_of
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import closest, ranked
from calibrant.model.connector import Completed
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.words import quotable

Answer = Mapping[str, object]
_TAIL = 16 << 10
_SAID = 300
_LIKELY = 8


def explain(answer: Answer, written: str, done: Completed) -> Failure:
    """Return the failure for what the runner answered; `written` is the function as the workflow names it."""
    match answer["error"]:
        case "no-module":
            return _no_module(answer, written)
        case "no-function" | "not-callable":
            return _no_function(answer, written)
        case "arguments":
            return _arguments(answer, written)
        case "result":
            return _result(answer, written)
        case _:
            return _raised(answer, written, done)


def died(written: str, done: Completed) -> Failure:
    """Return the failure of a Python that ended without an answer; what it was is left to its output to tell."""
    message = f"Python ended with exit status {done.exit_code} before ‘{written}’ returned."
    return Failure(
        "command-failed",
        message,
        parameter=("function",),
        details=_output(done),
        subject=written,
        **report_of(done),
    )


def _no_module(answer: Answer, written: str) -> Failure:
    missing, module = _text(answer, "missing"), written.strip().partition(":")[0]
    there = _texts(answer, "modules")
    near = closest(missing, there)
    message = f"There is no Python module ‘{missing}’ in the workflow's folder, nor is one installed."
    if near or there:
        message += f" {'Near it' if near else 'There are'}: {listing(near or there)}."
    candidates = [name + module.removeprefix(missing) + ":" + written.partition(":")[2] for name in near or there]
    hint = f"Did you mean ‘{near[0]}’?" if near else "Check its spelling, or install it where the workflow runs."
    return refuse(
        "python-missing-dep", "function", message, value=written, candidates=candidates[:_LIKELY], hint=hint
    ).failure


def _no_function(answer: Answer, written: str) -> Failure:
    module, _, name = written.strip().partition(":")
    names = ranked(name.rpartition(".")[2], _texts(answer, "names"))
    if answer["error"] == "not-callable":
        message = f"‘{name}’ of the Python module ‘{module}’ is a value ({_text(answer, 'type')}), not a function."
    else:
        message = f"There is no function ‘{_text(answer, 'part')}’ in the Python module ‘{module}’."
    message += f" It has: {listing(_texts(answer, 'names'))}." if names else " It has none at all."
    prefix = f"{module}:{name.rpartition('.')[0]}" + ("." if "." in name else "")
    candidates = [prefix + other for other in names]
    return refuse("unknown-function", "function", message, value=written, candidates=candidates[:_LIKELY]).failure


def _arguments(answer: Answer, written: str) -> Failure:
    takes, missing, unexpected = (_texts(answer, key) for key in ("takes", "missing", "unexpected"))
    parts = [f"does not take {_quoted(unexpected)}"] if unexpected else []
    parts += [f"is not given {_quoted(missing)}"] if missing else []
    has = f"It takes: {listing(takes)}." if takes else "It takes no arguments."
    message = f"‘{written}’ {' and '.join(parts)}. {has}"
    wrong = unexpected[0] if unexpected else ""
    free = [name for name in ranked(wrong, takes) if name in missing] or list(ranked(wrong, takes)) if wrong else []
    found = refuse("wrong-arguments", "args", message, value=wrong, candidates=free, hint=_hint(wrong, free)).failure
    return msgspec.structs.replace(found, parameter=("args", wrong)) if wrong else found


def _hint(wrong: str, free: list[str]) -> str:
    if wrong and free and free[0] in closest(wrong, free[:1]):
        return f"Did you mean ‘{free[0]}’?"
    return "Give the arguments that the function takes, by their names."


def _result(answer: Answer, written: str) -> Failure:
    path, sort = _text(answer, "path"), _text(answer, "type")
    where = "" if path == "result" else f" at {path}"
    what = f"an object with a key that is no text ({_text(answer, 'key')})" if "key" in answer else f"‘{sort}’"
    message = f"‘{written}’ returns {what}{where}, which cannot be handed on to other steps."
    hint = "Return text, numbers, true or false, dates, lists, and objects (dict) with text as keys."
    evidence = {"found": sort, "path": path}
    return refuse(
        "unstorable-output", "function", message, kind=Kind.DATA_SHAPE, value=path, hint=hint, evidence=evidence
    ).failure


def _raised(answer: Answer, written: str, done: Completed) -> Failure:
    sort, line, name = _text(answer, "sort"), _text(answer, "line"), _text(answer, "type")
    said = quotable(" ".join(_text(answer, "message").split()))[:_SAID]
    at = f" ({line})" if line else ""
    code, kind, subject = "script-error", Kind.RUNTIME, name
    hint = "Correct the function, or what it is given. The details show where it happened."
    match sort:
        case "assertion":
            code, kind, subject = "test-failed", Kind.TEST_ASSERT, said or written
            message = f"A check in ‘{written}’ did not hold{at}{': ' + said if said else '.'}"
            hint = "See in the details what was expected, then correct the code or the expectation."
        case "syntax":
            code, message = "script-syntax", f"The module of ‘{written}’ cannot be read{at}: {said}."
            hint, subject = "Correct the code at that place.", said
        case "module":
            code, subject = "python-missing-dep", _text(answer, "module")
            message = f"The Python module ‘{subject}’ is not installed where this step runs{at}."
            hint = "Install it where the step runs, or add it to the project's dependencies."
        case "exit":
            message = f"‘{written}’ ended Python by itself{at} instead of returning{': ' + said if said else '.'}"
            hint = "Let the function return, or raise an error, instead of leaving Python."
        case _:
            who = f"The module of ‘{written}’" if answer.get("stage") == "import" else f"‘{written}’"
            message = f"{who} stopped with an error{at}: {_in_words(name, said)}"
    printed = _output(done, stderr=False)
    details = _text(answer, "trace")[-_TAIL:] + (f"\nIt printed:\n{printed}" if printed.strip() else "")
    return Failure(
        code,
        message,
        kind,
        hint=hint,
        details=details,
        parameter=("function",),
        subject=subject,
        evidence={"line": line, "error": name},
        cwd=done.cwd,
        left=done.left,
    )


def _in_words(name: str, said: str) -> str:
    """Return what an error of Python says; what all programs meet in words that need no Python."""
    if "NoneType" in said:
        return "it needed a value and had nothing (null)."
    if name == "KeyError":
        return f"it looked for ‘{said.strip(chr(39) + chr(34))}’ in its data, which does not have it."
    return f"{name}: {said}" if said else f"{name}."


def _output(done: Completed, *, stderr: bool = True) -> str:
    parts = (done.stdout[-_TAIL:], done.stderr[-_TAIL:] if stderr else "")
    return "\n".join(part for part in parts if part)


def _quoted(names: list[str]) -> str:
    return " and ".join(f"‘{name}’" for name in names)


def _text(answer: Answer, key: str) -> str:
    value = answer.get(key)
    return value if isinstance(value, str) else ""


def _texts(answer: Answer, key: str) -> list[str]:
    value = answer.get(key)
    return [str(item) for item in cast("list[object]", value)] if isinstance(value, list) else []
