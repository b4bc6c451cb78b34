"""What programs do to the files of a workspace, as far as it matters for the commands behind them: by their documentation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from calibrant.rules.ground.managers import MANAGERS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


HARMLESS: Final = _set(
    "echo printf cd pwd ls cat test [ true false : export set unset which command type hash sleep date "
    "uname whoami id env head tail grep egrep fgrep wc sort uniq diff cmp jq tree file stat df du free "
    "nproc ps kill wait trap exit return read local umask ulimit hostname cut tr basename dirname realpath "
    "readlink md5sum sha256sum apt-get apt add-apt-repository brew choco dnf yum apk pacman rustup corepack "
    "nvm fnm n volta chmod pushd popd sysctl locale-gen pytest py.test ruff mypy flake8 pylint black isort "
    "pyright eslint prettier bandit pre-commit codecov shellcheck yamllint actionlint golangci-lint gofmt "
    "rubocop rspec coverage pycodestyle pydocstyle twine gem safety pip-audit vulture codespell sudo ty "
    "systemctl service locale seq logger ip ss ping dig nslookup clear time"
)
"""Programs that make no file that a later command of a build would read."""

BOUNDED: Final = _set("touch mkdir rm rmdir ln tee sed truncate mv cp install perl awk")
"""Programs that change only what they are given."""

CHANGING: Final = _set("curl wget tar unzip rsync patch scp gh svn hg degit cookiecutter copier")
"""Programs that may change any file."""

HARMLESS_OF: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: _set(words)
        for name, words in {
            "pip": "install list freeze show check config cache uninstall debug",
            "uv": "sync venv tool python tree cache self version",
            "poetry": "install config env self check show version cache sync",
            "pdm": "install sync config info list use venv self",
            "pipenv": "install sync verify check graph",
            "npm": "ci config cache audit list ls login whoami version outdated t test bin",
            "pnpm": "install i fetch config store audit list test t outdated",
            "yarn": "install config cache audit list test why",
            "bun": "install i ci test pm",
            "cargo": "check clippy fmt test install fetch audit deny nextest build doc bench",
            "go": "vet test mod version env install build list fmt",
            "dotnet": "restore test format tool --info build",
            "bundle": "install config check exec",
            "git": (
                "status diff log config rev-parse describe show fetch tag branch remote add commit push ls-files rev-list "
                "merge-base name-rev symbolic-ref ls-remote shortlog blame"
            ),
        }.items()
    }
)
"""What of package managers, and of git, makes no such file; installing makes a lock file, see `LOCKS`."""

LOCKS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **{one.name: one.locks for one in MANAGERS.values()},
        "pipenv": ("Pipfile", "Pipfile.lock"),
        "cargo": ("Cargo.lock",),
        "bundle": ("Gemfile.lock",),
    }
)
"""The files that installing makes where there are none, by the manager."""
