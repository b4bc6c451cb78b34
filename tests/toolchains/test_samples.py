"""The table of sample workspaces (see `toolchains.sample`): what is found in each, on a machine of its own."""

from pathlib import Path

import pytest

from toolchains.sample import SAMPLES, compare, expected, surveyed

NAMES = sorted(path.stem for path in SAMPLES.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_sample(name: str, tmp_path: Path) -> None:
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    compare(surveyed(text, tmp_path), expected(text), str(tmp_path / "machine"))


def test_there_are_samples_of_every_kind() -> None:
    assert len(NAMES) >= 40
