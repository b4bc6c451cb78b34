"""What is read off a pom.xml, where plain reading would be wrong."""

from pathlib import Path

import pytest

from calibrant.model.toolchain import Toolchain
from calibrant.workspace.surveying import survey_of

VERSION = "<properties><maven.compiler.release>17</maven.compiler.release></properties>"


def java(folder: Path, inside: str) -> Toolchain:
    (folder / "pom.xml").write_text(f"<project><artifactId>a</artifactId>{inside}</project>", encoding="utf-8")
    return survey_of(folder, {}).toolchains[0]


@pytest.mark.parametrize(
    ("inside", "asked"),
    [
        (VERSION, "17"),
        ("<properties><a>${b}</a><b>${a}</b><java.version>${a}</java.version></properties>", ""),
        ("<properties><java.version>${env.JAVA}</java.version></properties>", ""),
        (VERSION + "<profiles><profile>" + VERSION.replace("17", "8") + "</profile></profiles>", ""),
        (
            VERSION
            + "<build><plugins><plugin><artifactId>maven-toolchains-plugin</artifactId></plugin></plugins></build>",
            "",
        ),
        (
            (
                "<build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration><release>21</release>"
                "</configuration></plugin></plugins></build>"
            ),
            "21",
        ),
    ],
)
def test_the_version_of_java(tmp_path: Path, inside: str, asked: str) -> None:
    assert java(tmp_path, inside).versions.asked == asked


def test_integration_tests_are_run_with_their_plugin(tmp_path: Path) -> None:
    inside = "<build><plugins><plugin><artifactId>maven-failsafe-plugin</artifactId></plugin></plugins></build>"
    assert java(tmp_path, inside).commands.test == "mvn -B verify"


def test_a_parent_that_leads_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "pom.xml").write_text(f"<project><artifactId>p</artifactId>{VERSION}</project>", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    parent = "<parent><artifactId>p</artifactId><relativePath>../pom.xml</relativePath></parent>"
    assert java(inner, parent).versions.asked == ""
