"""Text made to keep a reader busy is read in a moment: nothing looks at the same characters again and again."""

import time

import pytest

from calibrant.dialects import read

LONG = 100_000
BLANKS = " " * LONG

TEXTS = {
    "blanks in a key": f"steps:\n  - id: a\n    run{BLANKS}x\n    y: [\n",
    "blanks in the first key": f"a{BLANKS}x\nsteps:\n  - id: a\n",
    "blanks in a key after the steps": f"steps:\n  - id: a\na{BLANKS}x\n",
    "blanks in single quotes": f"a: 'x{BLANKS}y\n  z'\n",
    "blanks in double quotes": f'a: "x{BLANKS}y\n  z"\n',
    "blanks in a plain text": f"a: x{BLANKS}y\n  z\n",
    "blanks behind an anchor": f"a: &x{BLANKS}b\n   'c\n",
    "exclamation marks": "!" * LONG,
    "dashes": "a: " + "-" * LONG,
    "tabs": "a: [\n" + "\t" * LONG + "#x\n",
    "quotes": '"' * (LONG + 1) + "x\nb: [\n",
    "braces": "a: " + "{{ x " * (LONG // 5) + "\n",
    "comments": "steps:\n" + "  # calibrant: ignore\n" * 5_000 + "  - id: a\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_reading_takes_a_moment(name: str) -> None:
    started = time.perf_counter()
    found = read("a.workflow.yaml", TEXTS[name])
    assert found is not None
    # A reader that goes back over the blanks takes half a minute and more.
    assert time.perf_counter() - started < 5
