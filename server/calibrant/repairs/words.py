"""Words that come into a script in the place of others: names of a workspace come from anybody, and a shell reads them."""

import re

_PLAIN = re.compile(r"[\w@%+=:,./-]{1,500}")
_QUOTED = re.compile(r"[\w@%+=:,./ ()#&;~*?\[\]<>|^'-]{1,500}")
_TEMPLATE = "{{"


def is_plain(value: str) -> bool:
    """Tell whether a value that is written into a workflow stays what it is: none of it would be read as an expression."""
    return _TEMPLATE not in value


def may_stand(script: str, start: int, end: int, word: str) -> bool:
    """Tell whether a word can take the place of `script[start:end]` and be one word there, whatever the shell makes of signs.

    One that begins like an option stands only where one stood. Between double quotes that hold nothing else more signs are
    plain. Nothing that an expression would be read from may stand.
    """
    if not is_plain(word) or (word.startswith("-") and not script[start:end].startswith("-")):
        return False
    quoted = script[start - 1 : start] == '"' == script[end : end + 1]
    return (_QUOTED if quoted else _PLAIN).fullmatch(word) is not None
