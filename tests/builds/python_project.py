"""A project in Python with six faults: two of its workflow's, a package that is not installed, and three of its sources."""

from pathlib import Path

from builds.projects import python_environment, wheel, write

FLOW = "checks.workflow.yaml"

FILES = {
    "pyproject.toml": """\
[project]
name = "shop"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["greeting"]

[tool.pytest.ini_options]
pythonpath = ["src"]

[tool.ruff.lint]
select = ["F"]

[tool.mypy]
files = ["src"]
""",
    "requirements.txt": "--no-index\n--find-links wheels\ngreeting==1.0\n",
    "src/shop/__init__.py": "",
    "src/shop/bill.py": '''\
"""What a bill comes to."""

import json


def total(prices: list[int]) -> int:
    return sum(prices) - 1


def label(prices: list[int]) -> str:
    return total(prices)
''',
    "src/shop/hello.py": '''\
"""What a customer is told."""

from greeting import greet  # type: ignore


def welcome(name: str) -> str:
    return str(greet(name))
''',
    "tests/test_bill.py": """\
from shop.bill import total


def test_total() -> None:
    assert total([1, 2]) == 3
""",
    "tests/test_hello.py": """\
from shop.hello import welcome


def test_welcome() -> None:
    assert welcome("Ada") == "Hello, Ada"
""",
    "docs/Makefile": "html:\n\t@mkdir -p out && echo '<p>shop</p>' > out/index.html\n",
    FLOW: """\
name: checks
steps:
  - id: lint
    run: ruff check .
  - id: types
    run: python -m mypy
  - id: bill
    run: python -m pytest -q tests/test_bill.py
  - id: hello
    run: python -m pytest -q tests/test_hello.py
  - id: pinned
    run: python -m pip install -r requirement.txt
  - id: pages
    run: make html
    cwd: src
""",
}
"""The faults: an unused import, a wrong type, a wrong sum, `greeting` is not installed, a file's name, and a folder."""

MENDED = {
    "src/shop/bill.py": '''\
"""What a bill comes to."""


def total(prices: list[int]) -> int:
    return sum(prices)


def label(prices: list[int]) -> str:
    return str(total(prices))
''',
}
"""The sources as their author mends them, led by what was found."""


def make(root: Path) -> Path:
    """Make the project in a folder; returns its workflow."""
    write(root, FILES)
    wheel(root / "wheels", "greeting", "1.0", 'def greet(name):\n    return f"Hello, {name}"\n')
    python_environment(root)
    return root / FLOW
