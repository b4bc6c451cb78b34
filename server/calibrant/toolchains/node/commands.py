"""What to call in a Node project for each purpose: its scripts by their usual names, else the tools that it has settings for."""

import msgspec

from calibrant.model.toolchain import Commands
from calibrant.toolchains.calls import general_task, quoted
from calibrant.toolchains.node.project import MANIFEST, Project
from calibrant.toolchains.parsing import table, text

_TEST = ("test", "tests", "test:unit", "unit", "test:ci")
_LINT = ("lint", "eslint", "lint:js", "lint:check")
_TYPES = (
    "typecheck",
    "type-check",
    "check-types",
    "check:types",
    "types:check",
    "types",
    "tsc",
    "ts:check",
    "test:types",
    "type",
)
_BUILD = ("build", "compile", "bundle", "dist")
_FORMAT = ("format", "fmt", "prettier", "format:write", "format:fix", "prettier:write")
_NO_TEST = "no test specified"
_ESLINT = tuple(
    [f"eslint.config.{end}" for end in ("js", "mjs", "cjs", "ts", "mts", "cts")]
    + [f".eslintrc{end}" for end in ("", ".js", ".cjs", ".yaml", ".yml", ".json")]
)
_SCRIPT_ENDS = ("js", "cjs", "mjs", "ts", "mts", "cts", "json")
_RUN = {"npm": "npx", "pnpm": "pnpm exec", "yarn": "yarn run", "bun": "bunx"}


class Caller(msgspec.Struct, frozen=True):
    """A project, its manager (`berry`: Yarn from version 2 on), and whether there is a lock file."""

    project: Project
    manager: str
    berry: bool
    locked: bool

    def has(self, package: str) -> bool:
        """Tell whether the project, or the root of its workspace, needs a package."""
        return package in self.project.declared() or package in Project(self.project.home, self.project.home).declared()

    def config(self, *names: str) -> bool:
        """Tell whether one of some files is in the project, or in the root of its workspace."""
        return bool(self.project.folder.first(*names) or self.project.home.first(*names))

    def tool(self, call: str) -> str:
        """Return the call of a program of the project's packages."""
        return f"{_RUN[self.manager]} {call}"


def commands(caller: Caller) -> Commands:
    """Return what to call; empty where the project says nothing of a purpose."""
    return Commands(
        install=_install(caller),
        test=_script(caller, _TEST) or _test(caller),
        lint=_script(caller, _LINT) or _lint(caller),
        typecheck=_script(caller, _TYPES) or _typecheck(caller),
        build=_script(caller, _BUILD),
        format=_script(caller, _FORMAT) or _format(caller),
    )


def _install(caller: Caller) -> str:
    frozen = {
        "npm": "npm ci",
        "pnpm": "pnpm install --frozen-lockfile",
        "yarn": f"yarn install {'--immutable' if caller.berry else '--frozen-lockfile'}",
        "bun": "bun install --frozen-lockfile",
    }
    return frozen[caller.manager] if caller.locked else f"{caller.manager} install"


def _script(caller: Caller, names: tuple[str, ...]) -> str:
    scripts = table(caller.project.folder.json(MANIFEST), "scripts")
    for name in names:
        script = scripts.get(name)
        if not isinstance(script, str) or not script.strip() or _NO_TEST in script:
            continue
        short = name == "test" and caller.manager != "bun"
        return f"{caller.manager} {'' if short else 'run '}{quoted(name)}"
    return general_task(caller.project.folder, *names)


def _test(caller: Caller) -> str:
    manifest = caller.project.folder.json(MANIFEST)
    for package, call, name in (("vitest", "vitest run", "vitest"), ("jest", "jest", "jest")):
        files = [
            f"{stem}.config.{end}" for stem in ({name, "vite"} if name == "vitest" else {name}) for end in _SCRIPT_ENDS
        ]
        if caller.has(package) and (package in caller.project.declared() or name in manifest or caller.config(*files)):
            return caller.tool(call)
    mocha = caller.project.folder.first(".mocharc.js", ".mocharc.cjs", ".mocharc.json", ".mocharc.yml", ".mocharc.yaml")
    return caller.tool("mocha") if "mocha" in caller.project.declared() or (mocha and caller.has("mocha")) else ""


def _lint(caller: Caller) -> str:
    manifest = caller.project.folder.json(MANIFEST)
    if caller.has("eslint") and (caller.config(*_ESLINT) or "eslintConfig" in manifest):
        return caller.tool("eslint .")
    if caller.has("@biomejs/biome") and caller.config("biome.json", "biome.jsonc"):
        return caller.tool("biome lint .")
    if caller.has("oxlint") and caller.config(".oxlintrc.json", "oxlint.json"):
        return caller.tool("oxlint")
    return next((caller.tool(name) for name in ("xo", "standard") if name in caller.project.declared()), "")


def _typecheck(caller: Caller) -> str:
    if not caller.project.folder.has("tsconfig.json"):
        return ""
    if caller.has("vue-tsc"):
        return caller.tool("vue-tsc --noEmit")
    if not caller.has("typescript"):
        return ""
    settings = caller.project.folder.json("tsconfig.json")
    only_others = settings.get("references") and settings.get("files") == [] and "include" not in settings
    return caller.tool("tsc --build --noEmit" if only_others else "tsc --noEmit")


def _format(caller: Caller) -> str:
    endings = (*_SCRIPT_ENDS, "toml", "yaml", "yml")
    files = [
        ".prettierrc",
        *(f".prettierrc.{end}" for end in endings),
        *(f"prettier.config.{end}" for end in _SCRIPT_ENDS),
    ]
    named = text(caller.project.folder.json(MANIFEST), "prettier") or table(
        caller.project.folder.json(MANIFEST), "prettier"
    )
    if caller.has("prettier") and (named or caller.config(*files)):
        return caller.tool("prettier --write .")
    if caller.has("@biomejs/biome") and caller.config("biome.json", "biome.jsonc"):
        return caller.tool("biome format --write .")
    return ""
