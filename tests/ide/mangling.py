"""Workflows with mistakes of every kind in them."""

import random

from repairs.test_any_repairs import FILES, TEXTS

_NEW = (
    *(
        "",
        "{{ ",
        "}}",
        "{{",
        '"',
        "'",
        "*a",
        "&a ",
        "\n",
        "\t",
        "- ",
        ": ",
        "| ",
        "😀",
        "[",
        "\\",
        "\r",
        "#",
        "# region\n",
    ),
    *("<<: *a", "|\n", ">-\n  ", "\x0c", "\u2028", "\ufeff", "---\n", "...\n", "steps:\n", "{", "}", "]", "\r\n\r\n"),
)


def mangled(chance: random.Random, most: int = 4) -> tuple[str, str]:
    """Return the name and the text of a workflow in which something is put in or taken out at some places."""
    path = chance.choice(FILES)
    text = TEXTS[path]
    for _ in range(chance.randrange(most)):
        text = mangled_once(text, chance)
    return path.name, text


def mangled_once(text: str, chance: random.Random) -> str:
    """Return a text with one more mistake."""
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_NEW) + text[at + chance.randrange(8) :]
