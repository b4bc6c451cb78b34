"""What tests of the language server start from."""

from pathlib import Path

import pytest


@pytest.fixture
def ws(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A workspace; where the test's module has a TEXT, that is its `a.workflow.yaml`."""
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text("")
    if text := getattr(request.module, "TEXT", None):
        (made / "a.workflow.yaml").write_text(text)
    return made
