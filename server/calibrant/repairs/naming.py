"""Names for inputs and secrets that are made of literals: of what the literal is, else of where it stands."""

import re
from typing import Final

_WORDS = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SERVER = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+]*)://(?:[^/@\s]*@)?)?(?P<host>[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24})(?::\d+)?(?:/\S*)?"
)
_FILE = re.compile(r"(?:.{0,200}[/\\])?(?P<stem>[^/\\\n]{1,60})\.[A-Za-z]\w{0,7}")
_FOLDER = re.compile(r"\S*[/\\](?P<last>[\w.-]+)[/\\]?")
_DOMAINS: Final = frozenset({"com", "org", "net", "io", "dev", "app", "cloud", "internal", "local", "example", "test"})
_PEOPLE: Final = {"to": "recipient", "cc": "copy_recipient", "bcc": "hidden_recipient", "from": "sender"}
_VAGUE: Final = frozenset(
    {"value", "text", "content", "contents", "to", "items", "path", "file", "data", "command", "run", "where", "by", "if",
     "body", "json", "for_each", "args", "on", "as", "name"}
)  # fmt: skip
"""Keys that say too little to name an input without their step."""

_SECRET = re.compile(r"(?:^|_)(?:password|passwd|passphrase|pwd|secret|token|api_key|apikey|access_key|credentials?)$")
_LONGEST = 40


def input_name(value: object, key: str, step: str, *, whole: bool) -> str:
    """Return a name for the input that a literal becomes; `key` is what names its value in the step, `whole` or in part."""
    name = _of_text(value, key) if isinstance(value, str) else ""
    if not name and whole and key.lower() not in _VAGUE:
        name = _snake(key)
    if not name and isinstance(value, str) and len(value) <= _LONGEST and len(value.split()) < 4:
        name = _snake(value)
    return next((one for one in (name, _snake(f"{step}_{key}"), _snake(key)) if _fits(one)), "value")


def names_secret(key: str) -> bool:
    """Tell whether a key says that its value is a credential."""
    return _SECRET.search(_snake(key)) is not None


def secret_name(key: str) -> str:
    """Return a name for the secret that a credential becomes."""
    name = _snake(key)
    return name.upper() if _fits(name) and name not in _VAGUE else "SECRET"


def _of_text(text: str, key: str) -> str:
    if _ADDRESS.fullmatch(text):
        return _PEOPLE.get(key.lower(), "email_address")
    file = _FILE.fullmatch(text)
    server = _SERVER.fullmatch(text)
    if server and (server["scheme"] or not file or server["host"].rpartition(".")[2] in _DOMAINS):
        labels = server["host"].split(".")
        return _snake(labels[-2]) + ("_url" if server["scheme"] else "_host")
    if file:
        return _snake(f"{file['stem']}_file")
    folder = _FOLDER.fullmatch(text)
    if folder and "://" not in text:
        return _snake(f"{folder['last']}_folder")
    return _snake(f"{text.partition('!')[0]}_range") if key == "range" else ""


def _fits(name: str) -> bool:
    return len(name) > 1 and name[0].isalpha()


def _snake(text: str) -> str:
    return "_".join(word.lower() for word in _WORDS.findall(text))[:_LONGEST].strip("_")
