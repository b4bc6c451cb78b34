"""A few of the random sessions with the server; tests/hardening/fuzz.py plays as many as there is time for."""

from pathlib import Path

import pytest

from hardening.session import play


@pytest.mark.parametrize("seed", [5, 6, 14, 3019, 7100])
def test_a_random_session(tmp_path: Path, seed: int) -> None:
    play(tmp_path, seed)
