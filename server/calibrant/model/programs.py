"""Which program belongs to which ecosystem, for all who are told a program's name: a hover, a finding, a repair."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from calibrant.model.toolchain import Ecosystem

NODE_MANAGERS: Final = frozenset({"npm", "pnpm", "yarn", "bun"})
"""Programs that run the scripts of a package.json."""

_WORDS: Final[Mapping[Ecosystem, str]] = MappingProxyType(
    {
        "python": (
            "python python3 pip pip3 pipx uv uvx poetry pdm pipenv hatch rye conda mamba pytest py.test unittest coverage "
            "tox nox ruff mypy pyright flake8 pylint black isort"
        ),
        "node": (
            "node npm npx pnpm pnpx yarn bun bunx corepack tsc eslint prettier jest vitest mocha vite webpack turbo nx"
        ),
        "go": "go gofmt golangci-lint staticcheck",
        "rust": "rust cargo rustc rustfmt rustup",
        "java": "java javac maven mvn mvnw gradle gradlew",
        "dotnet": "dotnet msbuild nuget",
        "ruby": "ruby gem bundle bundler rake rspec rubocop",
    }
)

ECOSYSTEMS: Final[Mapping[str, Ecosystem]] = MappingProxyType(
    {name: ecosystem for ecosystem, words in _WORDS.items() for name in words.split()}
)
"""Programs, and tools as failures call them, by the ecosystem that they belong to."""
