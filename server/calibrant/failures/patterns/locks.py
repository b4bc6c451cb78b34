"""How package managers report that a lock file is not there or does not fit what the project asks for.

Samples of npm 11, pnpm 11, Yarn 1.22 and 4, uv, Poetry 2, PDM 2, pipenv, Cargo 1.95, Go 1.19 and Bundler 2.3.
Some, above all of older versions of these, are by their known words, not by a run.
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind


def _pattern(
    tool: str, lock: str, renew: str, regex: str, matching: tuple[str, ...], other: str, name: str = "lock-outdated"
) -> Pattern:
    return Pattern(
        name=f"{tool}-{name}",
        regex=regex,
        kind=Kind.RUNTIME,
        code="lock-outdated",
        confidence=0.97,
        message=f"‘{lock}’ is not there, or does not fit what the project asks for, and {tool} may not change it here.",
        hint=f"Bring it up to date where the project is edited (‘{renew}’) and keep it with the other files.",
        subject=lock,
        tool=tool,
        shared=True,
        more=lambda _groups: {"lock": lock, "renew": renew},
        matching=matching,
        non_matching=(other,),
    )


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "npm",
        "package-lock.json",
        "npm install --package-lock-only",
        (
            r"^npm (?:ERR!|error) (?:The )?`npm ci` (?:command )?can only install (?:packages when your package\.json and|"
            r"with an existing) package-lock\.json"
        ),
        (
            (
                "npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install packages when your package.json "
                "and package-lock.json "
                "or npm-shrinkwrap.json are in sync."
            ),
            "npm error The `npm ci` command can only install with an existing package-lock.json or",
        ),
        "npm error code ERESOLVE",
    ),
    _pattern(
        "pnpm",
        "pnpm-lock.yaml",
        "pnpm install --lockfile-only",
        r"ERR_PNPM_(?:OUTDATED|NO|FROZEN)_LOCKFILE|Cannot install with \"frozen-lockfile\" because pnpm-lock\.yaml is",
        (
            (
                "Error: ERR_PNPM_OUTDATED_LOCKFILE\n\n  × installing dependencies\n  ╰─▶ Cannot install with "
                '"frozen-lockfile" because '
                "pnpm-lock.yaml is not up"
            ),
            'ERR_PNPM_NO_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is absent',
        ),
        "Error: ERR_PNPM_NO_SCRIPT",
    ),
    _pattern(
        "yarn",
        "yarn.lock",
        "yarn install",
        (
            r"^error Your lockfile needs to be updated, but yarn was run with|"
            r"The lockfile would have been (?:modified|created) by this install, which is explicitly forbidden"
        ),
        (
            "error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.",
            "➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.",
        ),
        "success Saved lockfile.",
    ),
    _pattern(
        "uv",
        "uv.lock",
        "uv lock",
        (
            r"^error: (?:Unable to find lockfile at `uv\.lock`|"
            r"The lockfile at `uv\.lock` needs to be (?:updated|created), but `--(?:locked|check|frozen)`)"
        ),
        (
            (
                "error: Unable to find lockfile at `uv.lock`, but `--locked` was provided. To create a lockfile, run `uv "
                "lock` or `uv sync` "
                "without the flag."
            ),
            (
                "error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided. To update the "
                "lockfile, run `uv lock`."
            ),
        ),
        "Resolved 12 packages in 3ms",
    ),
    _pattern(
        "poetry",
        "poetry.lock",
        "poetry lock",
        (
            r"pyproject\.toml changed significantly since poetry\.lock was last generated|poetry\.lock is not (?:up "
            r"to date|consistent) with"
        ),
        (
            "pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry lock` to fix the lock file.",
            "Error: poetry.lock is not up to date with pyproject.toml, run `poetry lock` to fix this.",
        ),
        "Writing lock file",
    ),
    _pattern(
        "pdm",
        "pdm.lock",
        "pdm lock",
        (
            r"[Ll]ock ?file hash doesn't match pyproject\.toml|Lock file `?pdm\.lock`? (?:does not exist|is not)|"
            r"Lockfile does not exist"
        ),
        ("WARNING: Lock file hash doesn't match pyproject.toml, packages may be outdated",),
        "Updating the lock file...",
    ),
    _pattern(
        "pipenv",
        "Pipfile.lock",
        "pipenv lock",
        r"^Your Pipfile\.lock \(\w{1,80}\) is out of date|^Pipfile\.lock not found",
        (
            (
                "Your Pipfile.lock (0000) is out of date. Expected: \n"
                "(19c263f387816cf1326601b67cee863807b60addebd42d1600f7ae123996ec57)."
            ),
        ),
        "Pipfile.lock was written",
    ),
    _pattern(
        "cargo",
        "Cargo.lock",
        "cargo update --workspace",
        (
            r"^error: (?:cannot (?:update|create) the lock file \S{1,300} because --(?:locked|frozen) was passed|"
            r"the lock file \S{1,300} needs to be updated but --(?:locked|frozen) was passed)"
        ),
        (
            "error: cannot update the lock file /home/user/project/Cargo.lock because --locked was passed to prevent this",
            "error: the lock file /home/user/project/Cargo.lock needs to be updated but --locked was passed to prevent this",
        ),
        "    Updating packages.example index",
    ),
    _pattern(
        "go",
        "go.sum",
        "go mod tidy",
        (
            r"missing go\.sum entry (?:for|needed)|updates to go\.(?:mod|sum) needed|^go: inconsistent vendoring in|"
            r"^verifying \S{1,200}: checksum mismatch"
        ),
        (
            (
                "main.go:3:8: missing go.sum entry for module providing package example.org/dep (imported by "
                "example.com/app); to add:\n"
                "\tgo get example.com/app"
            ),
            "go: updates to go.mod needed; to update it:\n\tgo mod tidy",
            "go: inconsistent vendoring in /home/user/project:",
        ),
        "go: downloading example.org/dep v1.0.0",
    ),
    _pattern(
        "bundle",
        "Gemfile.lock",
        "bundle install",
        (
            r"^The dependencies in your gemfile changed, but the lockfile can't be updated|"
            r"trying to install in deployment mode after changing\s{1,8}your Gemfile|the lockfile can't be "
            r"updated because frozen mode is set"
        ),
        (
            (
                "You are trying to install in deployment mode after changing\nyour Gemfile. Run `bundle install` "
                "elsewhere and add the"
            ),
            "The dependencies in your gemfile changed, but the lockfile can't be updated because frozen mode is set",
        ),
        "Bundle complete! 2 Gemfile dependencies, 3 gems now installed.",
    ),
)
