"""Long random tests, for a machine of one's own.

Run it: python tests/hardening/fuzz.py --minutes 10 [--what lsp|text] [--seed N]
Each failure prints its seed or example; the next one is tried all the same.
"""

import argparse
import importlib
import inspect
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import HealthCheck, settings

TEXT = (
    "dialects.test_native_properties",
    "expressions.test_parse",
    "expressions.test_evaluate",
    "failures.test_grouping",
    "report.test_json_and_sarif",
    "report.test_text",
    "rules.test_checking",
    "store.test_codec",
    "engine.test_values",
    "engine.test_script",
    "engine.test_order",
    "connectors.test_connector_order",
)
"""Where there are tests of properties: the reader, the expressions, the grouper, the serialisers and others."""


def properties() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield each property that needs nothing but its own examples."""
    for name in TEXT:
        module = importlib.import_module(name)
        for word, function in vars(module).items():
            inner = getattr(function, "hypothesis", None)
            marked = getattr(function, "pytestmark", ()) or inspect.iscoroutinefunction(
                getattr(inner, "inner_test", None)
            )
            plain = inner is not None and not marked
            if word.startswith("test_") and plain and function.__module__ == module.__name__:
                yield f"{name}.{word}", function


def text(until: float, _seed: int) -> int:
    """Try every property with many more examples than its test has, again and again; return how many failed."""
    tests = dict(properties())
    many = settings(max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    for function in tests.values():
        function._hypothesis_internal_use_settings = many  # type: ignore[attr-defined]
    failed: set[str] = set()
    rounds = 0
    while time.monotonic() < until:
        rounds += 1
        for name, function in tests.items():
            if name in failed or time.monotonic() > until:
                continue
            try:
                function()
            except Exception:  # noqa: BLE001 - a failure is what is looked for
                failed.add(name)
                print(f"=== {name}", flush=True)
                traceback.print_exc()
    print(f"{len(tests)} properties, {rounds} rounds, {len(failed)} failed", flush=True)
    return len(failed)


def lsp(until: float, seed: int) -> int:
    """Play sessions with the server; return how many failed."""
    from hardening.session import play

    failed = played = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        while time.monotonic() < until:
            try:
                play(Path(folder), seed + played)
            except Exception as error:  # noqa: BLE001 - a failure is what is looked for
                failed += 1
                print(f"=== seed {seed + played}: {str(error)[:3000] or traceback.format_exc()}", flush=True)
            played += 1
    print(f"{played} sessions from seed {seed} on, {failed} failed", flush=True)
    return failed


def main() -> int:
    """Run what is asked for; the exit status is 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--what", choices=["lsp", "text"], action="append")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    whats = given.what or ["lsp", "text"]
    share = given.minutes * 60 / len(whats)
    return int(sum({"lsp": lsp, "text": text}[what](time.monotonic() + share, given.seed) for what in whats) > 0)


if __name__ == "__main__":
    sys.exit(main())
