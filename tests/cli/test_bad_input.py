"""Bad input of every sort: a clear message, the right exit status, no trace, no hang, nothing lost."""

import os
import shutil
from pathlib import Path

import pytest

from cli.command import calibrant, workflow

ALIAS_BOMB = "x-a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"x-{here}: &{here} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)
STEPS = "steps:\n  - id: one\n    uses: data.filter\n    with: {items: [1], where: 'true'}\n"

# name, content of the file, exit status of check, what it says
TEXTS: list[tuple[str, bytes, int, str]] = [
    ("empty", b"", 1, "steps"),
    ("blank", b"\n\n  \n", 1, "steps"),
    ("only a comment", b"# nothing yet\n", 1, "steps"),
    ("binary", bytes(range(256)) * 20, 1, "text"),
    ("nul", b"steps:\n  - id: a\0\n", 1, "binary"),
    ("latin-1", "steps:\n  - id: caf\xe9\n".encode("latin-1"), 1, "UTF-8"),
    ("a list", b"- 1\n- 2\n", 1, "steps"),
    ("a word", b"hello\n", 1, "steps"),
    ("alias bomb", (ALIAS_BOMB + STEPS).encode(), 1, "alias"),
    ("500 levels", ("x-deep: " + "[" * 500 + "]" * 500 + "\n" + STEPS).encode(), 1, "nest"),
    ("1 MB line", b"x-long: " + b"a" * (1 << 20) + b"\n" + STEPS.encode(), 0, "No issues"),
    ("11 MB", b"# " + b"a" * (11 << 20), 1, "10 MB"),
    ("unclosed quote", b'steps:\n  - id: "one\n    uses: file.list\n', 1, "quote"),
    ("tabs", b"steps:\n\t- id: one\n", 1, "tab"),
]


@pytest.mark.parametrize(("content", "status", "says"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
@pytest.mark.parametrize("command", ["check", "calibrate"])
def test_bad_text(tmp_path: Path, command: str, content: bytes, status: int, says: str) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "a.workflow.yaml").write_bytes(content)
    done = calibrant(command, "a.workflow.yaml", folder=folder)
    assert done.status == status, done.out + done.err
    assert says.lower() in done.out.lower() or command == "calibrate"
    assert len(done.out) < 100_000
    assert (folder / "a.workflow.yaml").read_bytes() == content


# words, exit status, what stderr says
USAGE = [
    (["check"], 2, "Missing argument"),
    (["check", "--nope", "."], 2, "No such option"),
    (["check", "missing.workflow.yaml"], 2, "There is no file or folder"),
    (["check", "notes.txt"], 2, "is not a workflow by its name"),
    (["check", "nothing-here"], 0, "no workflow files below"),
    (["calibrate", "nothing-here"], 0, "no workflow files below"),
    (["calibrate", "a.workflow.yaml", "--input", "team"], 2, "NAME=VALUE"),
    (["calibrate", "a.workflow.yaml", "--on-fatal", "never"], 2, "isolate"),
    (["explain", "unknwon-step"], 2, "unknown-step"),
    (["explain", "../../../etc/passwd"], 2, "no issue code"),
    (["wat"], 2, "No such command"),
    (["clean"], 130, "Stopped"),
]


@pytest.mark.parametrize(("words", "status", "says"), USAGE, ids=[" ".join(case[0]) for case in USAGE])
def test_wrong_usage(tmp_path: Path, words: list[str], status: int, says: str) -> None:
    folder = tmp_path / "w"
    (folder / "nothing-here").mkdir(parents=True)
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    workflow(folder, STEPS)
    done = calibrant(*words, folder=folder)
    assert done.status == status, done.out + done.err
    assert says in done.err


def without_rights() -> list[str]:
    """Return the words that take a superuser's right to pass over file modes."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("!!! file modes mean nothing to this user, and there is no setpriv")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]


@pytest.mark.parametrize("command", ["check", "calibrate"])
def test_unreadable_file(tmp_path: Path, command: str) -> None:
    path = workflow(tmp_path, STEPS)
    path.chmod(0)
    done = calibrant(command, path.name, folder=tmp_path, before=without_rights())
    assert done.status == 2, done.out
    assert "cannot be read" in done.err


@pytest.mark.parametrize("command", ["check", "calibrate"])
def test_an_unreadable_file_does_not_cost_what_is_found_in_the_others(tmp_path: Path, command: str) -> None:
    workflow(tmp_path, STEPS).chmod(0)
    workflow(tmp_path, "steps:\n  - id: one\n    uses: file.lisst\n", "b.workflow.yaml")
    done = calibrant(command, ".", "--format", "json", folder=tmp_path, before=without_rights())
    assert done.status == 2
    assert "‘a.workflow.yaml’ cannot be read" in done.err
    assert [one["path"] for one in done.json] == ["b.workflow.yaml"]
    assert "unknown-connector" in done.out


@pytest.mark.parametrize("command", ["check", "calibrate", "fix"])
def test_a_pipe_by_the_name_of_a_workflow(tmp_path: Path, command: str) -> None:
    os.mkfifo(tmp_path / "a.workflow.yaml")
    done = calibrant(command, "a.workflow.yaml", folder=tmp_path)
    assert done.status == 2
    assert "not an ordinary file" in done.err


def test_state_that_cannot_be_written(tmp_path: Path) -> None:
    workflow(tmp_path, STEPS)
    state = tmp_path / "state"
    state.mkdir(mode=0o500)
    done = calibrant("calibrate", ".", folder=tmp_path, state=state, before=without_rights())
    assert done.status == 2
    assert "CALIBRANT_STATE" in done.err
    assert calibrant("check", ".", folder=tmp_path, state=state, before=without_rights()).status == 0
    assert calibrant("doctor", ".", folder=tmp_path, state=state, before=without_rights()).status == 2


def test_read_only_workspace_is_calibrated(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    workflow(folder, "steps:\n  - id: note\n    uses: file.write\n    with: {path: out/a.txt, content: hello}\n")
    folder.chmod(0o500)
    done = calibrant("calibrate", ".", folder=folder, state=tmp_path / "state", before=without_rights())
    folder.chmod(0o700)
    assert done.status == 0, done.out + done.err
    assert not (folder / "out").exists()


def test_full_disk_while_recording(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "big.txt").write_bytes(os.urandom(3 << 20).hex().encode())
    workflow(folder, "steps:\n  - id: big\n    uses: file.read\n    with: {path: big.txt}\n")
    # A limit on the size of files is met in the same way as the end of a disk: a write comes back short.
    done = calibrant("calibrate", ".", folder=folder, before=["prlimit", f"--fsize={2 << 20}"])
    assert done.status != 0
    assert "Traceback" not in done.err
    assert "space" in (done.err + done.out).lower() or "too large" in (done.err + done.out).lower()
    again = calibrant("calibrate", ".", folder=folder)
    assert again.status == 0, again.err


def test_an_expression_that_would_run_for_ever(tmp_path: Path) -> None:
    workflow(
        tmp_path,
        "steps:\n"
        "  - id: spin\n    uses: data.map\n    with: {items: [1], to: '{{ [1] * 9 ** 9 ** 9 }}'}\n"
        "  - id: loop\n    uses: data.map\n"
        "    with: {items: [1], to: '{{ range(99999) | map(\"string\") | join | length * 10 }}'}\n"
        "  - id: fine\n    uses: data.map\n    with: {items: [1], to: '{{ item + 1 }}'}\n",
    )
    done = calibrant("calibrate", ".", "--format", "json", folder=tmp_path)
    assert done.status == 1
    statuses = {step["id"]: step["status"] for step in done.json[0]["steps"]}
    assert statuses["spin"] == "failed"
    assert statuses["fine"] == "completed"


@pytest.mark.parametrize("kind", ["chain", "fan"])
def test_ten_thousand_steps(tmp_path: Path, kind: str) -> None:
    steps = ["steps:"]
    for number in range(10_000):
        before = "" if not number else f"[s{number - 1 if kind == 'chain' else 0}]"
        steps.append(f"  - id: s{number}\n    uses: data.map\n    with: {{items: [1], to: '{{{{ item }}}}'}}")
        steps += [f"    needs: {before}"] if before else []
    workflow(tmp_path, "\n".join(steps) + "\n")
    assert calibrant("check", ".", folder=tmp_path).status == 0
    done = calibrant("calibrate", ".", "--format", "json", folder=tmp_path, seconds=120)
    assert done.status == 0, done.err[-2000:]
    assert done.json[0]["summary"]["completed_steps"] == 10_000
