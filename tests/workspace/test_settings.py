"""Settings from files, variables, editor and command line: who wins, and what a user is told about a bad one."""

from pathlib import Path

import msgspec
import pytest

from calibrant.model.settings import Settings
from calibrant.workspace.settings import load_settings, user_file


@pytest.fixture
def user(tmp_path: Path) -> Path:
    return tmp_path / "home" / "calibrant.toml"


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_nothing_set_gives_the_defaults(tmp_path: Path, user: Path) -> None:
    assert load_settings(tmp_path, environ={}, user=user) == (Settings(), [])


def test_later_places_win(tmp_path: Path, user: Path) -> None:
    def limit(**places: object) -> float:
        return load_settings(tmp_path, environ={}, user=user, **places)[0].time_limit  # type: ignore[arg-type]

    write(tmp_path / "pyproject.toml", "[tool.calibrant]\ntime-limit = 1\n")
    assert limit() == 1
    write(tmp_path / "calibrant.toml", "timeLimit = 2\n")
    assert limit() == 2
    write(user, "time_limit = 3\n")
    assert limit() == 3
    variables = {"CALIBRANT_TIME_LIMIT": "4"}
    assert load_settings(tmp_path, environ=variables, user=user)[0].time_limit == 4
    editor = {"timeLimit": 5}
    assert load_settings(tmp_path, environ=variables, user=user, editor=editor)[0].time_limit == 5
    assert limit(editor=editor, command_line={"timeLimit": 6}) == 6


def test_severities_are_joined_code_by_code(tmp_path: Path, user: Path) -> None:
    write(tmp_path / "calibrant.toml", '[severity]\nunknown-step = "off"\nbad-type = "hint"\n')
    loaded, problems = load_settings(tmp_path, environ={"CALIBRANT_SEVERITY": "bad-type=warning"}, user=user)
    assert (loaded.severity, problems) == ({"unknown-step": "off", "bad-type": "warning"}, [])


@pytest.mark.parametrize("name", ["calibrant.toml", "pyproject.toml"])
@pytest.mark.parametrize(
    "line",
    [
        'execute = "unsandboxed"',
        'openPaths = ["/"]',
        'open-paths = ["/"]',
        'run = "onSave"',
        "backupCount = 1",
        "backup_days = 1",
    ],
)
def test_a_workspace_cannot_loosen_safety(tmp_path: Path, user: Path, name: str, line: str) -> None:
    head = "[tool.calibrant]\n" if name == "pyproject.toml" else ""
    write(tmp_path / name, head + line + "\n")
    loaded, problems = load_settings(tmp_path, environ={}, user=user)
    assert loaded == Settings()
    assert len(problems) == 1
    assert "only your own settings" in problems[0]
    assert name in problems[0]


def test_the_user_can(tmp_path: Path, user: Path) -> None:
    write(user, 'execute = "unsandboxed"\n')
    assert load_settings(tmp_path, environ={}, user=user)[0].execute == "unsandboxed"
    environ = {"CALIBRANT_EXECUTE": "never", "CALIBRANT_OPEN_PATHS": "/a:/b"}
    loaded, _ = load_settings(tmp_path, environ=environ, user=user)
    assert (loaded.execute, loaded.open_paths) == ("never", ("/a", "/b"))


def test_how_long_backups_are_kept_is_the_users_word_alone(tmp_path: Path, user: Path) -> None:
    write(tmp_path / "calibrant.toml", "backupCount = 1\nbackupDays = 1\n")
    write(user, "backupCount = 500\n")
    environ = {"CALIBRANT_BACKUP_DAYS": "90"}
    loaded, problems = load_settings(tmp_path, environ=environ, user=user)
    assert (loaded.backup_count, loaded.backup_days) == (500, 90)
    assert len(problems) == 2
    assert all("only your own settings may set it" in problem for problem in problems)
    loaded, _ = load_settings(tmp_path, environ=environ, user=user, editor={"backupDays": 30, "backupCount": 20})
    assert (loaded.backup_count, loaded.backup_days) == (20, 30)
    loaded, problems = load_settings(tmp_path, environ={"CALIBRANT_BACKUP_COUNT": "0"}, user=user)
    assert (loaded.backup_count, "1 or more" in problems[-1]) == (500, True)


BAD = [
    ('runn = "manual"', "There is no setting called ‘runn’ (in calibrant.toml). Did you mean ‘run’?"),
    ("zzz = 1", "There are: run, resume, "),
    ("timeLimit = 'soon'", "‘timeLimit’ in calibrant.toml should be a number of seconds"),
    ("timeLimit = nan", "‘timeLimit’ in calibrant.toml should be a number of seconds"),
    ("concurrency = 0", "‘concurrency’ in calibrant.toml should be a whole number, 1 or more."),
    ("concurrency = true", "‘concurrency’ in calibrant.toml"),
    ("ignore = 'x'", "‘ignore’ in calibrant.toml should be a list of issue codes."),
    ("severity = {a = 'loud'}", "‘severity’ in calibrant.toml"),
    ("onFatal = 'go'", "‘isolate’ or ‘stop’"),
    ("= broken", "is not valid TOML"),
    ("a = " + "[" * 5000, "is not valid TOML"),
    (b"\xff\xfe\x00", "is not valid TOML"),
    ("x = '" + "y" * (1 << 20) + "'", "larger than 1 MB"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_bad_setting_is_named_and_the_good_ones_hold(
    tmp_path: Path, user: Path, text: str | bytes, said: str
) -> None:
    write(tmp_path / "pyproject.toml", "[tool.calibrant]\nonFatal = 'stop'\n")
    write(tmp_path / "calibrant.toml", text)
    loaded, problems = load_settings(tmp_path, environ={}, user=user)
    assert loaded == Settings(on_fatal="stop")
    assert len(problems) == 1
    assert said in problems[0]


@pytest.mark.parametrize("name", [field.encode_name for field in msgspec.structs.fields(Settings)])
def test_of_every_setting_it_can_be_said_what_it_should_be(tmp_path: Path, user: Path, name: str) -> None:
    loaded, problems = load_settings(tmp_path, environ={}, user=user, editor={name: {"": False}})
    assert loaded == Settings()
    assert len(problems) == 1
    assert f"‘{name}’ in the editor's settings should be " in problems[0]


def test_a_folder_in_place_of_a_file_and_a_section_that_is_no_table(tmp_path: Path, user: Path) -> None:
    (tmp_path / "calibrant.toml").mkdir()
    write(tmp_path / "pyproject.toml", "[tool]\ncalibrant = 3\n")
    loaded, problems = load_settings(tmp_path, environ={}, user=user)
    assert loaded == Settings()
    assert sorted("should be a table" in text for text in problems) == [False, True]
    assert any("cannot be read" in text for text in problems)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path, user: Path) -> None:
    write(tmp_path / "calibrant.toml", b"\xef\xbb\xbfconcurrency = 3\r\n")
    assert load_settings(tmp_path, environ={}, user=user) == (Settings(concurrency=3), [])


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("CALIBRANT_CONCURENCY", "3", "Did you mean CALIBRANT_CONCURRENCY?"),
        ("CALIBRANT_CONCURRENCY", "many", "‘concurrency’ in the environment should be"),
        ("CALIBRANT_SEVERITY", "unknown-step", "‘severity’ in the environment should be"),
    ],
)
def test_a_bad_variable_is_named(tmp_path: Path, user: Path, variable: str, text: str, said: str) -> None:
    loaded, problems = load_settings(tmp_path, environ={variable: text}, user=user)
    assert loaded == Settings()
    assert len(problems) == 1
    assert said in problems[0]


def test_other_variables_are_left_alone(tmp_path: Path, user: Path) -> None:
    assert load_settings(tmp_path, environ={"CALIBRANT_STATE": "/x", "CALIBRANT_CONFIG": "/y"}, user=user)[1] == []


def test_the_users_file_can_be_elsewhere() -> None:
    assert user_file({"CALIBRANT_CONFIG": "/etc/c.toml"}) == Path("/etc/c.toml")
    assert user_file({}).name == "calibrant.toml"
