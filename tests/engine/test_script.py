"""References in shell text: run by a real shell, a value never becomes code."""

import shutil
import subprocess
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.engine.render import render_parameters
from calibrant.engine.script import VARIABLE_LIMIT
from calibrant.expressions import Evaluator
from calibrant.model.connector import ConnectorSpec, ParameterSpec
from calibrant.model.failure import Failure
from calibrant.model.shape import ANY
from calibrant.model.value import UNKNOWN
from engine.building import node_of, step_of

SPEC = ConnectorSpec(
    "shell.run",
    "",
    (
        ParameterSpec("command", "string", "", required=True, role="script"),
        ParameterSpec("env", "object", ""),
        ParameterSpec("shell", "string", ""),
    ),
    ANY,
    (),
)


def rendered(script: str, value: object, **more: object) -> tuple[str, Mapping[str, object], list[Failure]]:
    body = step_of(0, {"id": "a", "run": script, **more}).body
    done = render_parameters(body, SPEC, {"v": value}, Evaluator())
    env = done.params.get("env", {})
    assert isinstance(env, Mapping)
    return str(done.params.get("command", "")), env, done.failures


def output(script: str, value: object, **more: object) -> str:
    command, env, failures = rendered(script, value, **more)
    assert failures == []
    shell = str(more.get("shell", "sh"))
    ran = subprocess.run(
        [shell, "-c", command],
        env={"PATH": "/usr/bin:/bin"} | {name: str(value) for name, value in env.items()},
        capture_output=True,
        check=True,
    )
    return ran.stdout.decode("utf-8", "surrogateescape")


NASTY = """a  b"; echo $(echo 'x') `id` \\ * $HOME"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("printf %s {{ v }}", NASTY),
        ('printf %s "{{ v }}"', NASTY),
        ('printf %s "<{{ v }}>"', f"<{NASTY}>"),
        ("printf %s x{{ v }}y", f"x{NASTY}y"),
        ("printf %s it\\'s{{ v }}", f"it's{NASTY}"),
        ("printf %s 'one' {{ v }} 'two' | cat", f"one{NASTY}two"),
        ('printf %s "$(printf %s {{ v }})"', NASTY),
        ("cat <<END\n{{ v }}\nEND\nprintf %s {{ v }}", f"{NASTY}\n{NASTY}"),
        ("cat <<-'RAW'\n\tit's\n\tRAW\nprintf %s {{ v }}", f"it's\n{NASTY}"),
        ("# don't {{ v }}\nprintf %s {{ v }}", NASTY),
        ("printf %s a#'b' {{ v }}", f"a#b{NASTY}"),
    ],
)
def test_every_place_gives_the_value_as_it_is(script: str, expected: str) -> None:
    assert output(script, NASTY) == expected


def test_numbers_in_arithmetic() -> None:
    assert output("echo $(( {{ v }} << 2 )) {{ v }}", 3) == "12 3\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_a_here_string() -> None:
    assert output("cat <<<{{ v }}", NASTY, shell="bash") == NASTY + "\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": ["ß"]}, '{"a": ["ß"]}'),
        ([1, None], "[1, null]"),
        (True, "true"),
        (None, ""),
        (1.5, "1.5"),
        (b"raw", "raw"),
    ],
)
def test_values_that_are_no_text(value: object, text: str) -> None:
    assert output("printf %s {{ v }}", value) == text


@pytest.mark.parametrize("script", ["echo '{{ v }}'", "cat <<'END'\n{{ v }}\nEND", "awk '{ print \"{{ v }}\" }'"])
def test_where_the_shell_does_not_look_it_is_an_error(script: str) -> None:
    _, env, (failure,) = rendered(script, "x")
    assert failure.code == "unsafe-interpolation"
    assert failure.parameter == ("command",)
    assert "env" in failure.hint
    assert env == {}


def test_other_shells() -> None:
    _, _, (failure,) = rendered("print({{ v }})", "x", shell="python3")
    assert failure.code == "unsafe-interpolation"
    assert rendered("print(1)", "x", shell="python3")[2] == []


@pytest.mark.parametrize("value", ["a\0b", "x" * (VARIABLE_LIMIT + 1)])
def test_values_that_no_variable_can_hold(value: str) -> None:
    (failure,) = rendered("echo {{ v }}", value)[2]
    assert failure.code == "unfit-for-command"
    assert len(failure.message) < 200


def test_the_longest_value_that_a_variable_can_hold() -> None:
    assert len(output("printf %s {{ v }} | wc -c", "x" * (VARIABLE_LIMIT - 32)).strip()) == 6


def test_an_unknown_value_stays_unknown() -> None:
    assert rendered("echo {{ v }}", UNKNOWN)[1] == {"CALIBRANT_1": UNKNOWN}


def test_the_steps_own_variables_stay() -> None:
    assert rendered("echo {{ v }}", "x", env={"A": "{{ v }}"})[1] == {"A": "x", "CALIBRANT_1": "x"}


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.booleans())
def test_no_value_ever_becomes_code(value: str, quoted: bool) -> None:
    assert output('printf %s "{{ v }}"' if quoted else "printf %s {{ v }}", value) == value


@settings(max_examples=200, deadline=None)
@given(st.text("'\"\\$()<>-#` \nEa{}v", max_size=30))
def test_no_script_makes_it_fall(script: str) -> None:
    rendered(script + "{{ v }}", "x")
    assert node_of(script) is not None
