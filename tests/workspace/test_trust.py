"""The editor's word on trust, whatever folders and links there are: the strictest wins, and none reaches beyond its folders."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.workspace.trust import EditorTrust, Word, lies_in

FOLDERS = ("a", "a/b", "a/b/c", "ab", "d", "link-to-a", "a/link-to-d", "loop", "gone", "")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("trust")
    for name in ("a/b/c", "ab", "d"):
        (made / name).mkdir(parents=True)
    (made / "link-to-a").symlink_to(made / "a")
    (made / "a" / "link-to-d").symlink_to(made / "d")
    (made / "loop").symlink_to(made / "loop")
    return made


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.booleans(), st.lists(st.sampled_from(FOLDERS), max_size=3), st.sampled_from(FOLDERS), st.booleans())
def test_the_judgement(root: Path, restricted: bool, folders: list[str], workspace: str, recorded: bool) -> None:
    trust = EditorTrust()
    assert trust.judge(root / workspace, recorded) is recorded, "without a word what is recorded counts"
    trust.say(Word(restricted, tuple(root / name for name in folders)))
    judged = trust.judge(root / workspace, recorded)
    real = os.path.realpath(root / workspace)
    leading = [os.path.realpath(root / name).rstrip("/") + "/" for name in folders if name != "loop"]
    inside = workspace != "loop" and any(f"{real}/".startswith(folder) for folder in leading)
    assert judged is (not restricted and (recorded or inside))


@pytest.mark.parametrize(
    ("workspace", "folder", "trusted"),
    [
        ("a", "a", True),
        ("a/b/c", "a", True),
        ("a", "a/b", False),
        ("ab", "a", False),
        ("a/link-to-d", "a", False),
        ("link-to-a/b", "a", True),
        ("a/b", "link-to-a", True),
        ("d", "a", False),
        ("", "a", False),
    ],
)
def test_a_workspace_lies_in_a_folder_or_does_not(root: Path, workspace: str, folder: str, trusted: bool) -> None:
    assert lies_in(root / workspace, Word(folders=(root / folder,))) is trusted
