"""Whether a task runner can be asked for a name: runners take more names than are written down."""

import posixpath
import re

from calibrant.model.toolchain import HERE, Survey, Tasks

_CAMEL = re.compile(r"[A-Z]?[^A-Z]{0,200}")
_PYTHON = re.compile(
    r"(?:pypy|py|cpython|jython|graalpy|rustpython|ironpython)?[\d.]{0,10}(?:t|a\d{0,3}|b\d{0,3}|rc\d{0,3}|alpha|beta|dev)?|\.pkg"
)
_BY_RULE = re.compile(r"(?:clean|build|upload)[A-Z]")


def lacks(survey: Survey, tasks: Tasks, name: str) -> bool:
    """Tell whether a runner certainly cannot be asked for a name; `name` is as written, without arguments in brackets.

    make takes files that are there, and makes some of others by rules of its own; rake takes files. tox takes any name made of
    parts that it knows and of versions of Python. npm has a command of its own for `env`, and for `start` where there is a
    server.js. gradle takes names that are cut short.
    """
    if not tasks.whole or not name or name in tasks.names:
        return False
    if tasks.runner == "make":
        return "/" not in name and "." not in name and not _beside(survey, tasks.root, name)
    if tasks.runner == "rake":
        return not _beside(survey, tasks.root, name)
    if tasks.runner == "tox":
        parts = {part for one in tasks.names for part in one.split("-")}
        return not all(part in parts or _PYTHON.fullmatch(part) for part in name.split("-"))
    if tasks.runner == "nox":
        return "(" not in name
    if tasks.runner == "gradle":
        own = name.removeprefix(":")
        return ":" not in own and not _BY_RULE.match(own) and not any(_shortened(own, full) for full in tasks.names)
    if tasks.runner == "npm":
        return name != "env" and not (name == "start" and not survey.lacks(posixpath.join(tasks.root, "server.js")))
    return True


def _beside(survey: Survey, root: str, name: str) -> bool:
    """Tell whether a file or folder of this name is in a folder, or one that has only an ending besides."""
    path = name if root == HERE else posixpath.join(root, name)
    return not survey.whole or any(
        one.startswith(path) and one[len(path) :][:1] in ("", "/", ".") for one in survey.files
    )


def _shortened(name: str, full: str) -> bool:
    """Tell whether a name is a task's with each of its words cut short: `cTJ` for `compileTestJava`."""
    words, whole = _words(name), _words(full)
    return len(words) <= len(whole) and all(one.startswith(word) for word, one in zip(words, whole, strict=False))


def _words(name: str) -> list[str]:
    return [word for word in _CAMEL.findall(name.replace("-", "")) if word]
