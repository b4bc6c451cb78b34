"""Reports that commands leave, read from the private copy: bounded, never through links, with the folder they ran in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calibrant.engine import reports
from calibrant.engine.reports import reports_left
from calibrant.model.failure import Left
from isolation.building import MODES, Mode, Shell, fill, without_bwrap

JUNIT = '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="all"><testsuite tests="1"/></testsuites>'
SARIF = '{"version": "2.1.0", "runs": [{"results": []}]}'


@pytest.fixture(params=MODES)
async def shell(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shell]:
    mode: Mode = request.param
    if mode == "open":
        without_bwrap(monkeypatch)
    workspace = fill(
        tmp_path / "work", {"old.sarif": SARIF, "kept.xml": JUNIT, "sub/deep/b.txt": "b", "pom.xml": "<project/>"}
    )
    (tmp_path / "home").mkdir()
    shell = Shell(workspace, mode, tmp_path / "home")
    yield shell
    shell.copy.close()


async def test_what_a_command_changed_or_made_is_read_and_nothing_else(shell: Shell) -> None:
    done = await shell.run(
        f"printf '%s' '{JUNIT}' > out.xml; printf '%s' '{SARIF}' > deep/a.sarif; printf '<project/>' > not.xml;"
        f"printf '%s' '{SARIF}' > b.sarif.json; printf '{{}}' > c.json; touch ../kept.xml; "
        "echo '<project> </project>' > ../pom.xml",
        cwd="sub",
    )
    assert done.cwd == "sub"
    assert [(report.path, report.format) for report in done.left] == [
        ("kept.xml", "junit"),
        ("sub/b.sarif.json", "sarif"),
        ("sub/deep/a.sarif", "sarif"),
        ("sub/out.xml", "junit"),
    ]
    assert done.left[-1] == Left("sub/out.xml", "junit", JUNIT)
    again = await shell.run("true")
    assert (again.cwd, again.left) == (".", ())


async def test_paths_in_a_report_are_true_ones(shell: Shell, tmp_path: Path) -> None:
    done = await shell.run('printf \'{"uri": "%s/a.py"}\' "$PWD" > a.sarif')
    assert done.left[0].text == f'{{"uri": "{tmp_path / "work"}/a.py"}}'


async def test_links_are_not_read(shell: Shell, tmp_path: Path) -> None:
    fill(tmp_path / "out", {"secret.sarif": "SECRET", "more/x.xml": JUNIT})
    done = await shell.run(f"ln -s {tmp_path}/out/secret.sarif a.sarif; ln -s {tmp_path}/out/more more; mkfifo p.sarif")
    assert done.left == ()


def test_a_link_in_place_of_a_folder_leads_nowhere(tmp_path: Path) -> None:
    root = fill(tmp_path / "root", {"sub/a.sarif": SARIF})
    assert [report.path for report in reports_left(root, ["sub/a.sarif"])] == ["sub/a.sarif"]
    (root / "sub").rename(tmp_path / "sub")
    (root / "sub").symlink_to(tmp_path / "sub")
    assert reports_left(root, ["sub/a.sarif", "gone.sarif"]) == ()


def test_what_is_too_large_or_no_text_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "LARGEST", 3_000)
    monkeypatch.setattr(reports, "ALL", 5_000)
    files = {
        "a.sarif": "x" * 3_001,
        "b.sarif": "x" * 3_000,
        "c.sarif": "x" * 2_001,
        "d.sarif": "x" * 2_000,
        "e.sarif": "x",
    }
    root = fill(tmp_path / "root", files)
    (root / "f.xml").write_bytes(b"<testsuite>\xff\xfe</testsuite>")
    assert [report.path for report in reports_left(root, [*files, "f.xml"])] == ["b.sarif", "d.sarif"]


def test_no_more_than_a_number_of_reports_is_read(tmp_path: Path) -> None:
    names = [f"{number:03}.xml" for number in range(30)]
    root = fill(tmp_path / "root", dict.fromkeys(names, "<testsuite/>"))
    assert [report.path for report in reports_left(root, names)] == names[: reports.MOST]


@pytest.mark.parametrize(
    ("text", "junit"),
    [
        (JUNIT, True),
        ("<testsuite>", True),
        ("\ufeff<!-- made -->\n<testsuites/>", True),
        ("<testsuitecase/>", False),
        ("<project><testsuite/></project>", False),
        ("<!DOCTYPE testsuite><testsuite/>", False),
        ("", False),
    ],
)
def test_what_begins_as_junit_does(tmp_path: Path, text: str, junit: bool) -> None:
    root = fill(tmp_path / "root", {"a.xml": text})
    assert bool(reports_left(root, ["a.xml"])) is junit
