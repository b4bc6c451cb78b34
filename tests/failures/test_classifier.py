"""From raw output to kind, code and words."""

import pytest

from calibrant.failures.classifier import classify
from calibrant.failures.words import HEAD, TAIL
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind

NOISE = "downloading part 17 of 4096 of something long and dull\n"


def failed(output: str, exit_code: int | None = 1, details: str = "") -> Failure:
    return Failure("command-failed", "The command failed.", output=output, exit_code=exit_code, details=details)


def test_of_a_program_that_a_step_misses_it_is_told_what_brings_it_and_that_others_miss_the_same() -> None:
    def missing(name: str, status: int = 127) -> Failure:
        return Failure(
            "command-not-found", "It is not there.", Kind.RUNTIME, hint="Look for it.", subject=name, exit_code=status
        )

    known = classify(missing("uv"))
    assert (known.evidence["package"], known.evidence["installer"], known.shared) == ("uv", "pip", True)
    assert "python3 -m pip install uv" in known.hint
    assert classify(missing("no-such-program")).hint == "Look for it."
    assert not classify(missing("./build.sh")).shared
    assert classify(missing("uv", 126)).hint == "Look for it."


def test_the_steps_own_word_wins() -> None:
    failure = Failure(
        "unknown-range",
        "There is no range called ‘UrgentMail’.",
        Kind.PARAMETER,
        hint="Use ‘Sheet1’.",
        output="ModuleNotFoundError: No module named 'x'",
        evidence={"file": "report.xlsx"},
        subject="UrgentMail",
    )
    told = classify(failure)
    assert (told.kind, told.code, told.confidence) == (Kind.PARAMETER, "unknown-range", 1.0)
    assert (told.message, told.hint, told.subject) == (failure.message, failure.hint, "UrgentMail")
    assert told.evidence == {"file": "report.xlsx"}


CASES = {
    "the specific beats the general": (
        "requests.exceptions.ConnectionError: Connection refused\nError: it failed",
        "connection-refused",
    ),
    "an exception that says what it lacks": (
        "Traceback (most recent call last):\nKeyError: 'a'\n\nModuleNotFoundError: No module named 'b'",
        "python-missing-dep",
    ),
    "of equals the last": ("cat: a: No such file or directory\ncat: b: Permission denied", "permission-error"),
    "coloured": ("\x1b[31m\x1b[1m2 failed\x1b[0m, 3 passed in 0.12s", "test-failed"),
    "windows line ends": ("ok\r\nbash: line 1: jq: command not found\r\n", "command-not-found"),
    "progress by carriage return": ("10%\r50%\rKilled\r", "out-of-memory"),
    "at the end of much": (NOISE * 5_000 + "make: *** No rule to make target 'x'.  Stop.", "unknown-task"),
    "at the beginning of much": ("curl: (6) Could not resolve host: a.b\n" + NOISE * 5_000, "host-not-found"),
    "a line without end": ("Segmentation fault" + "x" * 3_000_000, "process-crashed"),
}


@pytest.mark.parametrize(("output", "code"), CASES.values(), ids=CASES)
def test_which_pattern_wins(output: str, code: str) -> None:
    assert classify(failed(output)).code == code


def test_what_lies_between_the_ends_is_not_looked_at() -> None:
    assert len(NOISE) * 1_000 > HEAD + TAIL
    assert classify(failed(NOISE * 1_000 + "Killed\n" + NOISE * 1_000)).code == "unknown-failure"


def test_details_are_searched_where_there_is_no_output() -> None:
    assert classify(failed("", None, "OSError: [Errno 28] No space left on device")).code == "disk-full"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (127, "command-not-found", Kind.RUNTIME),
        (126, "permission-error", Kind.RUNTIME),
        (137, "out-of-memory", Kind.INFRA),
        (-9, "out-of-memory", Kind.INFRA),
        (139, "process-crashed", Kind.RUNTIME),
        (-11, "process-crashed", Kind.RUNTIME),
        (143, "process-stopped", Kind.RUNTIME),
        (124, "timed-out", Kind.TRANSIENT),
        (3, "unknown-failure", Kind.UNKNOWN),
    ],
)
def test_exit_status_without_words(status: int, code: str, kind: Kind) -> None:
    told = classify(failed("", status))
    assert (told.code, told.kind) == (code, kind)


def test_a_status_counts_more_than_a_vague_line_and_less_than_a_clear_one() -> None:
    assert classify(failed("error: gone", 139)).code == "process-crashed"
    assert classify(failed("bash: line 1: jq: command not found", 139)).code == "command-not-found"


def test_unknown_quotes_the_last_words() -> None:
    told = classify(failed("one\nthe flux is\x1b[1m\x07 inverted \n---\n", 3))
    assert told.message == "The command ended with exit status 3. Its last words were: the flux is inverted"
    assert (told.kind, told.code, told.confidence) == (Kind.UNKNOWN, "unknown-failure", 0.0)
    assert classify(failed(" \n", 3)).message == "The command ended with exit status 3. It said nothing."
    assert len(classify(failed("word " * 500, 3)).message) < 260


def test_unknown_without_a_status_keeps_its_message() -> None:
    assert classify(Failure("odd", "It is odd.")).message == "It is odd."
    assert classify(Failure("odd", "")).message == "The step failed and did not say why."


def test_many_of_a_kind_are_counted_and_the_first_is_told() -> None:
    told = classify(failed("see CVE-2024-0001\nsee CVE-2024-0002\nsee CVE-2024-0002\n"))
    assert told.message == "The security check names a known weakness: CVE-2024-0001. (1 more like it in the details.)"
    assert told.subject == "CVE-2024-0001"


def test_evidence_is_what_the_pattern_named() -> None:
    told = classify(failed("FAIL - deployment.yaml - main - Containers must not run as root"))
    expected = {"file": "deployment.yaml", "rule": "main", "pattern": "conftest"}
    assert expected.items() <= told.evidence.items()
    assert told.subject == "deployment.yaml Containers must not run as root"


def test_braces_in_output_are_only_text() -> None:
    assert classify(failed("KeyError: '{module.__class__}'")).message.startswith(
        "The program looked for ‘{module.__class__}’"
    )
    assert classify(failed("SomeError: '{module.__class__}'")).message.endswith("SomeError: '{module.__class__}'")
