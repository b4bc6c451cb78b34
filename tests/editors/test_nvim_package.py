"""The plugin as a package: its code, its help, how it is installed, and the Neovim that the tests use."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from editors.installed import program
from editors.neovim import PLUGIN, ROOT, Home, copy_of_plugin, editing, neovim

INSTALLER = ROOT / "tests" / "editors" / "install-neovim.sh"


def test_the_code_is_clean() -> None:
    done = subprocess.run([program("luacheck"), "--no-color", "."], cwd=PLUGIN, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_public_function_says_what_it_does() -> None:
    for path in sorted((PLUGIN / "lua").rglob("*.lua")):
        lines = path.read_text(encoding="utf-8").split("\n")
        assert lines[0].startswith("--- "), f"{path.name} does not say what it is for"
        for number, line in enumerate(lines):
            if line.startswith("function M."):
                assert lines[number - 1].startswith("---"), f"{path.name}:{number + 1} {line}"


def test_the_help_has_its_tags_and_names_all_there_is(tmp_path: Path) -> None:
    plugin = copy_of_plugin(tmp_path / "plugin")
    command: list[str | Path] = [neovim(), "--headless", "--clean", f"+helptags {plugin / 'doc'}", "+qa"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    tags = {line.split("\t")[0] for line in (plugin / "doc" / "tags").read_text(encoding="utf-8").split("\n")}
    code = (PLUGIN / "lua" / "calibrant" / "command.lua").read_text(encoding="utf-8")
    subcommands = re.findall(r"^  (\w+) = \{$", code, re.MULTILINE)
    assert len(subcommands) == 13
    assert {f":Calibrant-{name}" for name in subcommands} <= tags
    setup = (PLUGIN / "lua" / "calibrant" / "setup.lua").read_text(encoding="utf-8")
    plugs = re.findall(r"^  (?:\['([\w-]+)'\]|(\w+)) = '", setup, re.MULTILINE)
    assert {f"<Plug>(calibrant-{one or other})" for one, other in plugs} <= tags
    text = (PLUGIN / "doc" / "calibrant.txt").read_text(encoding="utf-8")
    for name in re.findall(r"^  (\w+) = \{ '", (PLUGIN / "lua/calibrant/config.lua").read_text("utf-8"), re.MULTILINE):
        assert f"{name} = " in text, f"{name} is not documented"
    referred = set(re.findall(r"\|([:\w.-]*calibrant[\w-]*)\|", text, re.IGNORECASE))
    assert referred <= tags, referred - tags


def test_no_key_is_taken_and_plugs_can_be_mapped(tmp_path: Path) -> None:
    with editing(Home(tmp_path / "home"), "a.txt", cwd=tmp_path) as nvim:
        ours = nvim.lua("""
            local ours = vim.tbl_filter(function(one) return (one.desc or ''):find('Calibrant') end, vim.api.nvim_get_keymap(''))
            return vim.tbl_map(function(one) return one.lhs end, ours)
        """)
        assert len(ours) >= 11
        assert all(keys.startswith("<Plug>(calibrant-") for keys in ours)


def test_what_the_user_has_for_all_servers_counts_too(example: Path, tmp_path: Path) -> None:
    """Keys for whatever server there is are mapped in an `on_attach` by many; the lenses come all the same."""
    settings = "vim.lsp.config('*', { on_attach = function() vim.g.attached = (vim.g.attached or 0) + 1 end })"
    with editing(Home(tmp_path / "home", settings), "urgent-mail.workflow.yaml", cwd=example) as nvim:
        nvim.checked()
        assert nvim.lua("return vim.g.attached") == 1
        nvim.until("return #vim.lsp.codelens.get({ bufnr = 0 }) > 0", "the lenses")


def _repository(folder: Path) -> Path:
    """Make a repository of which the plugin is only a part."""
    copy_of_plugin(folder / "editors" / "nvim")
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_the_package_manager_of_neovim_installs_it_as_the_help_says(example: Path, tmp_path: Path) -> None:
    """What the help shows for vim.pack, with the address of a repository filled in."""
    text = (PLUGIN / "doc" / "calibrant.txt").read_text(encoding="utf-8")
    shown = next(block for block in re.findall(r">lua\n(.*?)\n<", text, re.DOTALL) if "vim.pack.add" in block)
    source = _repository(tmp_path / "repository")
    settings = shown.replace("<address of the repository>", source.as_uri()).replace(
        "load = function", "confirm = false, load = function"
    )
    guarded = f"if vim.pack then\n{settings}\nend"
    home = Home(tmp_path / "home", guarded, package=False)
    with editing(home, "urgent-mail.workflow.yaml", cwd=example, environ={"GIT_CONFIG_GLOBAL": os.devnull}) as nvim:
        if not nvim.lua("return vim.pack ~= nil"):
            pytest.skip("the package manager came with Neovim 0.12")
        nvim.checked()
        assert nvim.lua("return vim.bo.filetype") == "yaml.calibrant"
        assert nvim.lua("return vim.fn.exists(':Calibrant')") == 2


def test_the_configuration_alone_can_be_enabled_by_hand(example: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", "vim.g.calibrant = { enable = false }")
    with editing(home, "urgent-mail.workflow.yaml", cwd=example) as nvim:
        nvim.lua("vim.wait(500)")
        assert nvim.lua("return #vim.lsp.get_clients()") == 0
        nvim.lua("vim.lsp.enable('calibrant')")
        nvim.checked()


def test_the_installer_takes_no_half_made_neovim_for_a_whole_one(tmp_path: Path) -> None:
    """Its cache is filled with what an interrupted installation leaves, and no network is there to make it whole."""
    (tmp_path / "neovim.partial" / "bin").mkdir(parents=True)
    environ = {
        **os.environ,
        "CALIBRANT_EDITORS": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "http_proxy": "http://127.0.0.1:9",
    }
    environ["https_proxy"] = environ["http_proxy"]
    done = subprocess.run(["bash", INSTALLER, "--luacheck"], env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "!!! Debian's packages of neovim could not be fetched" in done.stderr or "no apt" in done.stderr
    assert not (tmp_path / "neovim").exists()
    assert not (tmp_path / "bin").exists()


def test_the_apt_that_fetches_editors_can_install_nothing() -> None:
    """Its configuration says so itself, and no installer has one of its own."""
    folder = INSTALLER.parent
    shared = (folder / "from-debian.sh").read_text(encoding="utf-8")
    configuration = shared.split('apt.conf" <<EOF', 1)[1].split("\nEOF", 1)[0]
    assert 'Dir::Bin::dpkg "/bin/false";' in configuration
    assert 'APT::Get::Download-Only "true";' in configuration
    for name in ("neovim", "emacs", "helix"):
        script = (folder / f"install-{name}.sh").read_text(encoding="utf-8")
        assert "from_debian " in script
        assert "apt-get" not in script


def test_the_installer_prints_what_is_there_already() -> None:
    expected = neovim()
    done = subprocess.run(["bash", INSTALLER], capture_output=True, text=True, timeout=120)
    assert Path(done.stdout.strip()) == expected


def test_files_of_github_actions_are_known_by_their_paths(example: Path, tmp_path: Path) -> None:
    """They keep the filetype that they have; what GitHub reads is GitHub's, whatever it is called."""
    with editing(Home(tmp_path / "home"), "urgent-mail.workflow.yaml", cwd=example) as nvim:
        asked = "return vim.tbl_map(require('calibrant.workflows').is_checked, { %s })"
        ours = [".github/workflows/ci.yml", "/x/.github/workflows/ci.workflow.yml", "/x/action.yaml", "action.yml"]
        others = ["/x/ci.yml", "/x/.github/workflows/deep/ci.yml", "/x/my-action.yml", "/x/a.workflow.yml"]
        listed = ", ".join(f"'{name}'" for name in ours + others)
        assert nvim.lua(asked % listed) == [True] * len(ours) + [False] * len(others)
        match = "return vim.filetype.match({ filename = '%s' })"
        assert nvim.lua(match % "/x/.github/workflows/ci.workflow.yml") == "yaml"
        assert nvim.lua(match % "/x/ci.workflow.yml") == "yaml.calibrant"
