"""The table of sample workspaces (see `toolchains.sample`): what is found in each, on a machine of its own."""

from collections import Counter
from pathlib import Path

import pytest

from calibrant.toolchains import survey
from calibrant.workspace.surveying import DiskFiles, DiskMachine
from toolchains.sample import SAMPLES, compare, expected, lay_out, surveyed

NAMES = sorted(path.stem for path in SAMPLES.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_sample(name: str, tmp_path: Path) -> None:
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    compare(surveyed(text, tmp_path), expected(text), str(tmp_path / "machine"))


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_read_twice(name: str, tmp_path: Path) -> None:
    lay_out((SAMPLES / f"{name}.txt").read_text(encoding="utf-8"), tmp_path)
    files = Counting(tmp_path / "workspace")
    survey(files, DiskMachine({}))
    assert [path for path, times in files.seen.items() if times > 1] == []


class Counting(DiskFiles):
    """Remembers which files were read how often."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seen: Counter[str] = Counter()

    def read(self, path: str) -> str:
        self.seen[path] += 1
        return super().read(path)


def test_there_are_samples_of_every_kind() -> None:
    assert len(NAMES) >= 40
