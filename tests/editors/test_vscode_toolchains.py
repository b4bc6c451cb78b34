"""With which tools a workspace is built, as VS Code shows it: a list to choose from."""

import json
from pathlib import Path

from playwright.sync_api import expect

from editors.conftest import Opener

PYPROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'
TEXT = "name: a\nsteps:\n  - id: one\n    run: python -m pytest -q\n    need: []\n"


def test_toolchains_are_listed_and_open_the_file_that_declares_them(opener: Opener, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "pyproject.toml").write_text(PYPROJECT)
    (shop / "uv.lock").write_text("version = 1\n")
    (shop / "a.workflow.yaml").write_text(TEXT)
    window = opener(shop)
    window.open("a.workflow.yaml")
    window.wait_for_squiggle(5, "need")
    window.command("Calibrant: Show Toolchains")
    row = window.choices().filter(has_text="Python with uv")
    expect(row).to_contain_text("python >=3.11 asked for")
    expect(row).to_contain_text("uv.lock: lock file of uv")
    window.choose("Python with uv")
    expect(window.tab("pyproject.toml")).to_be_visible()


def test_a_command_tells_its_toolchain_and_follows_the_manifest(opener: Opener, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    manifest = {"name": "shop", "scripts": {"test": "node test.js"}}
    (shop / "package.json").write_text(json.dumps(manifest))
    (shop / "calibrant.toml").touch()
    (shop / "a.workflow.yaml").write_text("name: a\nsteps:\n  - id: one\n    run: npm run tst\n")
    window = opener(shop)
    window.open("a.workflow.yaml")
    window.wait_for_squiggle(4, "tst")
    expect(window.hover("tst")).to_contain_text("package.json: ")
    (shop / "package.json").write_text(json.dumps({**manifest, "scripts": {"tst": "node test.js"}}))
    window.wait_for(lambda: not window.squiggles(), "nothing wrong, since there is such a script now")
