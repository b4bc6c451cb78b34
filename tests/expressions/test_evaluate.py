"""Working expressions out: values, unknown values, failures at their exact place, and bounds."""

import gc
import signal
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.expressions import Evaluator, parse_expression, parse_template
from calibrant.model.failure import Failure, StepError
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span
from calibrant.model.value import UNKNOWN

SCOPE: dict[str, object] = {
    "fetch": {
        "emails": [{"subject": "URGENT: a", "n": 1}, {"subject": "b", "n": 2}],
        "count": 2,
        "items": ["i", "j"],
        "body": '{"a": [1]}',
        "nothing": None,
        "ratio": 0.1,
    },
    "result": {"x": 5},
    "item": {"subject": "Very urgent"},
    "index": 0,
    "inputs": {"team": "ops"},
    "env": {"HOME": "/home/me"},
    "lost": UNKNOWN,
    "partly": {"a": UNKNOWN, "list": [UNKNOWN, 1], "known": 3, "only": [UNKNOWN]},
}


def scalar(text: str) -> Scalar:
    return Scalar(Span(0, len(text)), text, marks=((0, 0),))


def value(text: str, seconds: float = 2.0) -> object:
    return Evaluator(seconds).evaluate(parse_expression(scalar(text)), SCOPE)


def failure(text: str, seconds: float = 2.0) -> Failure:
    with pytest.raises(StepError) as caught:
        value(text, seconds)
    return caught.value.failure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch.emails[0].subject", "URGENT: a"),
        ("fetch.emails[-1].n", 2),
        ("fetch.items", ["i", "j"]),
        ("fetch.items | length", 2),
        ("fetch.emails[0].get('n')", 1),
        ("result.x + 1", 6),
        ("'urgent' in item.subject | lower", True),
        ("fetch.emails | map(attribute='n') | list", [1, 2]),
        ("fetch.emails | map(attribute='n')", [1, 2]),
        ("fetch.emails | selectattr('n', 'gt', 1) | map(attribute='subject') | list", ["b"]),
        ("fetch.body | from_json", {"a": [1]}),
        ("fetch.items | as_list", ["i", "j"]),
        ("fetch.body | as_list", ['{"a": [1]}']),
        ("fetch.emails[0] | as_list | length", 1),
        ("fetch.nothing | as_list", []),
        ("range(2) | as_list", [0, 1]),
        ("fetch.emails[0] | tojson", '{"subject": "URGENT: a", "n": 1}'),
        ("fetch.zzz | default('d')", "d"),
        ("fetch.zzz is defined", False),
        ("zzz is defined", False),
        ("fetch.items[::-1]", ["j", "i"]),
        ("(1, 2)", [1, 2]),
        ("'123'", "123"),
        ("none", None),
        ("fetch.nothing is none", True),
        ("'a\r\nb'", "a\nb"),
        ("1 if index == 0 else zzz.y", 1),
    ],
)
def test_values(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lost", UNKNOWN),
        ("lost.x[0].y", UNKNOWN),
        ("lost.x | length", UNKNOWN),
        ("partly.a + 1", UNKNOWN),
        ("partly.a == 1", UNKNOWN),
        ("1 in partly.only", UNKNOWN),
        ("partly.a is defined", UNKNOWN),
        ("partly.a is none", UNKNOWN),
        ("partly.a is string", UNKNOWN),
        ("partly.a | default('x')", UNKNOWN),
        ("partly.a | lower", UNKNOWN),
        ("'x' ~ partly.a", UNKNOWN),
        ("partly.list | join", UNKNOWN),
        ("partly.list | map('lower') | list", UNKNOWN),
        ("partly.list | sum", UNKNOWN),
        ("','.join(partly.list)", UNKNOWN),
        ("partly | tojson", UNKNOWN),
        ("not partly.a", UNKNOWN),
        ("1 if partly.a else 2", UNKNOWN),
        ("fetch.emails[partly.a]", UNKNOWN),
        ("'%s' % partly.a", UNKNOWN),
        ("'{}'.format(partly.a)", UNKNOWN),
        ("partly.known + 1", 4),
        ("partly.list | length", 2),
        ("partly.list | last", 1),
        ("1 if partly.known else partly.a", 1),
        ("[partly.a, 1]", [UNKNOWN, 1]),
        ("partly.list", [UNKNOWN, 1]),
        ("partly.b is defined", False),
    ],
)
def test_unknown_values_make_unknown_results_and_never_a_failure(text: str, expected: object) -> None:
    assert value(text) == expected


# the expression, the code, the kind, the characters at fault, words of the message, the closest candidate
FAILURES = [
    (
        "fetch.emals",
        "missing-field",
        "missing_data",
        "emals",
        "‘fetch’ has no field called ‘emals’. It has: emails",
        "emails",
    ),
    ("fetch.emals | length", "missing-field", "missing_data", "emals", "It has: emails", "emails"),
    ("fetch['emals'] | length", "missing-field", "missing_data", "emals", "It has: emails", "emails"),
    ("fetch.emails[5]", "missing-field", "missing_data", "5", "2 elements", None),
    ("fetch.emails[0].subjct ~ 'x'", "missing-field", "missing_data", "subjct", "‘fetch.emails[0]’", "subject"),
    (
        "fetch.emails | map(attribute='subjct') | list",
        "missing-field",
        "missing_data",
        "subjct",
        "It has: subject",
        "subject",
    ),
    ("fech.x", "missing-field", "missing_data", "fech", "nothing called ‘fech’", "fetch"),
    ("env.HOM", "missing-field", "missing_data", "HOM", "no environment variable called ‘HOM’", "HOME"),
    ("partly.knwn + 1", "missing-field", "missing_data", "knwn", "‘partly’ has no field", "known"),
    ("item.items | length", "missing-field", "missing_data", "items", "‘item’ has no field called ‘items’", "subject"),
    ("item.values", "missing-field", "missing_data", "values", "‘item’ has no field called ‘values’", "subject"),
    ("fetch.emails.subject", "shape-mismatch", "data_shape", "subject", "‘fetch.emails’ is a list", None),
    ("fetch.emails.subject | length", "shape-mismatch", "data_shape", "subject", "‘fetch.emails’ is a list", None),
    ("fetch.emails.count + 1", "shape-mismatch", "data_shape", "count", "‘fetch.emails’ is a list", None),
    ("fetch[0]", "shape-mismatch", "data_shape", "0", "‘fetch’ is an object", None),
    ("fetch.body.a", "shape-mismatch", "data_shape", "a", "‘fetch.body’ is text", None),
    ("fetch.nothing.x", "shape-mismatch", "data_shape", "x", "null", None),
    ("1 / 0", "bad-evaluation", "logic", "1 / 0", "divides by zero", None),
    ("'a' + 1", "bad-evaluation", "data_shape", "'a' + 1", "text and a number", None),
    ("1 < 'a'", "bad-evaluation", "data_shape", "1 < 'a'", "cannot compare a number with text", None),
    ("'a' in 5", "bad-evaluation", "data_shape", "'a' in 5", "this is a number", None),
    ("fetch.count | length", "bad-evaluation", "data_shape", "fetch.count | length", "have a length", None),
    ("'x' | from_json", "bad-evaluation", "data_shape", "'x' | from_json", "not JSON", None),
    (
        "fetch.emails | unique | list",
        "bad-evaluation",
        "data_shape",
        "fetch.emails | unique | list",
        "cannot be worked",
        None,
    ),
    ("1[0:]", "bad-evaluation", "data_shape", "1[0:]", "cannot be worked", None),
    ("range(10 ** 9) | list", "bad-evaluation", "logic", "range(10 ** 9) | list", "too large", None),
    ("''.__class__.__mro__", "unsafe-expression", "security", "''.__class__.__mro__", "‘__class__’", None),
    ("item.subject.__init__()", "unsafe-expression", "security", "item.subject.__init__()", "‘__init__’", None),
    ("fetch.items.append(1)", "unsafe-expression", "security", "fetch.items.append(1)", "‘append’ would change", None),
    ("'{0.__class__}'.format(1)", "unsafe-expression", "security", "'{0.__class__}'.format(1)", "‘__class__’", None),
    ("fetch.emails |", "bad-expression", "syntax", "|", "missing after", None),
]


@pytest.mark.parametrize(
    ("text", "code", "kind", "at", "words", "candidate"), FAILURES, ids=[case[0] for case in FAILURES]
)
def test_failures_say_what_is_wrong_at_its_place(
    text: str, code: str, kind: str, at: str, words: str, candidate: str | None
) -> None:
    found = failure(text)
    assert (found.code, found.kind) == (code, kind)
    assert found.span is not None
    assert text[found.span.start : found.span.end] == at
    assert words in found.message
    assert (found.candidates[0] if found.candidates else None) == candidate


def test_a_name_is_suggested_only_where_it_is_close() -> None:
    assert failure("fetch.emals").hint == "Did you mean ‘emails’?"
    assert failure("item.received").hint == "Use one of the names that are there."


def test_a_list_where_an_object_was_meant_suggests_each_element() -> None:
    assert "each element" in failure("fetch.emails.subject").hint
    assert "from_json" in failure("fetch.body.a").hint


@pytest.mark.parametrize(
    "text",
    [
        "'a' * 10 ** 10",
        "[0] * 10 ** 9",
        "9 ** 99999",
        "'%999999999d' % 1",
        "'%*d' % (999999999, 1)",
        "'%999999999d' | format(1)",
        "'{:999999999}'.format(1)",
        "'{:{}}'.format(1, 999999999)",
        "'a' | center(10 ** 9)",
        "'a'.ljust(10 ** 9)",
        "('a' * 1000000).replace('', 'b' * 1000)",
        "('a' * 1000000) | replace('', 'b' * 1000)",
        "('b' * 1000000) | join(('a' * 1000000))",
        "'a' | indent(10 ** 9)",
        "[1] | batch(10 ** 9, 0) | list",
        "1.5 | round(10 ** 6, 'ceil')",
    ],
)
def test_values_that_would_be_too_large_are_not_made(text: str) -> None:
    started = time.perf_counter()
    assert failure(text).code == "expression-too-large"
    assert time.perf_counter() - started < 10


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing is collected meanwhile: hypothesis listens to that, and Python drops what is raised in a listener."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    "text",
    [
        "range(50000) | select('in', range(99999) | list | reverse | list) | list",
        "[[[[[[0] * 1000] * 1000] * 1000] * 1000] * 1000]",
        "range(100000) | map('center', 100000) | list",
    ],
)
@pytest.mark.usefixtures("uncollected")
def test_an_expression_that_runs_on_is_stopped(text: str) -> None:
    former = signal.getsignal(signal.SIGALRM)
    started = time.perf_counter()
    found = failure(text, 0.1)
    assert found.code == "expression-too-slow"
    assert time.perf_counter() - started < 10
    assert signal.getsignal(signal.SIGALRM) is former
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_bell_that_rings_where_python_drops_it_rings_again(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: dropped.append(told.exc_type))

    def listen(_phase: str, _info: object) -> None:
        if not dropped:
            time.sleep(0.2)

    gc.callbacks.append(listen)
    try:
        found = failure("range(100000) | map('center', 200) | map('list') | list", 0.1)
    finally:
        gc.callbacks.remove(listen)
    assert found.code == "expression-too-slow"
    assert dropped


def test_outside_the_main_thread_there_is_no_clock_but_a_value() -> None:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(value("fetch.count + 1")))
    thread.start()
    thread.join()
    assert found == [3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ fetch.emails }}", SCOPE["fetch"]["emails"]),  # type: ignore[index]
        ("n={{ fetch.count }}", "n=2"),
        ("[{{ true }}|{{ none }}|{{ fetch.items }}]", '[true||["i", "j"]]'),
        ("{{ fetch.ratio + 0.2 }} {{ 3.0 }} {{ 1e300 }} {{ 123456789.123456 }}", "0.3 3 1e+300 123456789.123456"),
        ("a{{ partly.a }}b", UNKNOWN),
        ("a{{ partly.list }}b", UNKNOWN),
        ("{{ partly.a }}", UNKNOWN),
        ("ü {{ 'é' }}", "ü é"),
    ],
)
def test_templates_keep_types_when_whole_and_make_text_otherwise(text: str, expected: object) -> None:
    template = parse_template(scalar(text))
    assert template is not None
    assert Evaluator().render(template, SCOPE) == expected


def test_binary_data_does_not_stand_in_a_text() -> None:
    template = parse_template(scalar("x{{ data }}"))
    assert template is not None
    with pytest.raises(StepError) as caught:
        Evaluator().render(template, {"data": b"\xff"})
    assert caught.value.failure.span == Span(4, 8)
    assert Evaluator().render(template, {"data": b"ok"}) == "xok"


def test_unknown_values_are_found_again_when_the_item_changes() -> None:
    evaluator, expression = Evaluator(), parse_expression(scalar("item.x == 1"))
    found = [evaluator.evaluate(expression, {"item": {"x": x}}) for x in [1, UNKNOWN, 2] * 50]
    assert found == [True, UNKNOWN, False] * 50


def test_a_scope_is_left_as_it_was() -> None:
    before = repr(SCOPE)
    value("partly.list | sort")
    assert repr(SCOPE) == before


ATOMS = st.sampled_from(
    [
        *("fetch", "fetch.emails", "fetch.body", "fetch.nothing", "item.subject", "index", "nope.x"),
        *("partly", "partly.a", "partly.list", "lost", "1", "0", "'a'", "none", "true", "[]", "{}", "3.5", "'{}'"),
    ]
)
FILTERS = [
    "length",
    "lower",
    "first",
    "list",
    "sum",
    "sort",
    "join(',')",
    "map(attribute='n')",
    "tojson",
    "from_json",
    "as_list",
    "unique",
]
FILTERS += [
    "default('d')",
    "int",
    "groupby('n')",
    "batch(2)",
    "items",
    "selectattr('n')",
    "dictsort",
    "round",
    "max",
    "string",
]
METHODS = [
    ".x",
    "[0]",
    "['a']",
    "[1:]",
    ".items()",
    ".upper()",
    ".format(1)",
    ".append(1)",
    ".__class__",
    ".keys",
    "()",
    ".join([1])",
]


def _more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        [" + ", " * ", " ** ", " % ", " ~ ", " / ", " and ", " or ", " == ", " < ", " in ", " is ", " if "]
    )
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda parts: f"({''.join(parts)})"),
        st.tuples(inner, st.sampled_from(FILTERS)).map(" | ".join).map(lambda text: f"({text})"),
        st.tuples(inner, st.sampled_from(METHODS)).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"[{pair[0]}, {{'k': {pair[1]}}}]"),
        inner.map(lambda text: f"(not {text} is defined)"),
    )


def is_plain(found: object) -> bool:
    if isinstance(found, dict):
        return all(is_plain(item) for item in found.values())
    if isinstance(found, list):
        return all(is_plain(item) for item in found)
    return found is None or found is UNKNOWN or type(found) in (str, bytes, bool, int, float)


@settings(max_examples=200, deadline=None)
@given(st.recursive(ATOMS, _more, max_leaves=6))
def test_any_expression_gives_plain_data_or_a_failure_in_words(source: str) -> None:
    found = outcome(source)
    if isinstance(found, Failure):
        assert found.span is not None
        assert 0 <= found.span.start <= found.span.end <= len(source)
        assert found.message
        assert found.kind is not None
    else:
        assert is_plain(found), found


def outcome(source: str) -> object:
    try:
        return Evaluator(1.0).evaluate(parse_expression(scalar(source)), SCOPE)
    except StepError as error:
        return error.failure
