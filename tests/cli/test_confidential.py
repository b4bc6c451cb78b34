"""A credential in a workflow is in nothing that the command line prints or the store keeps."""

import random
import string
from pathlib import Path

import pytest

from cli.command import calibrant, workflow

TOKEN = "gh" + "p_" + "".join(random.Random(3).choices(string.ascii_letters + string.digits, k=36))
PASSWORD = "k3ttle-" + "Gr33n!"
TEXT = f"""name: careless
steps:
  - id: ask
    uses: http.request
    with: {{url: "http://127.0.0.1:9/?key={TOKEN}", method: {TOKEN}, headers: {{X-{TOKEN}: a}}}}
  - id: read
    uses: file.read
    with: {{path: "{TOKEN}.txt", pathh: "{TOKEN}", as: "{TOKEN}"}}
  - id: say
    run: |
      echo "{PASSWORD}" "{TOKEN}"
      echo {TOKEN} >&2; exit 3   # {{{{ nope.{TOKEN} }}}}
    env: {{DB_PASSWORD: "{PASSWORD}"}}
  - id: put
    uses: file.write
    with: {{path: out.txt, content: "{TOKEN}"}}
"""


@pytest.mark.parametrize("style", ["text", "json", "sarif", "github"])
def test_check_tells_where_it_is_but_not_what(tmp_path: Path, style: str) -> None:
    workflow(tmp_path, TEXT)
    done = calibrant("check", ".", "--format", style, folder=tmp_path)
    assert done.status == 1
    assert "credential-in-text" in done.out
    for secret in (TOKEN, TOKEN[:10], PASSWORD, PASSWORD[:6]):
        assert secret not in done.out + done.err


def test_the_source_line_is_shown_with_dots_and_the_marks_stand_below_them(tmp_path: Path) -> None:
    workflow(tmp_path, TEXT)
    lines = calibrant("check", ".", folder=tmp_path).out.splitlines()
    at = next(at for at, line in enumerate(lines) if "error[credential-in-text]: The value of ‘DB_PASSWORD’" in line)
    source, marks = lines[at + 1], lines[at + 2]
    assert source.endswith(f'env: {{DB_PASSWORD: "{"•" * len(PASSWORD)}"}}')
    assert marks.count("^") == len(PASSWORD)
    assert source[marks.index("^") : marks.rindex("^") + 1] == "•" * len(PASSWORD)


@pytest.mark.parametrize("style", ["text", "json", "sarif"])
def test_calibrate_keeps_it_too(tmp_path: Path, style: str) -> None:
    folder = tmp_path / "ws"
    folder.mkdir()
    workflow(folder, TEXT)
    done = calibrant("calibrate", ".", "--trust", "--format", style, folder=folder)
    assert done.status == 1
    assert "credential-in-text" in done.out
    for secret in (TOKEN, PASSWORD):
        assert secret not in done.out + done.err
        for file in (tmp_path / "ws-state").rglob("*"):
            assert not file.is_file() or secret.encode() not in file.read_bytes(), file
