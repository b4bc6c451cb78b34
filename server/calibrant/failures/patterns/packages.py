"""How package managers report what they cannot install or find."""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="npm-conflict",
        regex=r"^npm (?:ERR!|error) code ERESOLVE",
        kind=Kind.RUNTIME,
        code="dependency-conflict",
        confidence=0.96,
        message="The project's packages ask for versions that exclude each other.",
        hint="The details name the packages; loosen or change one of the versions.",
        matching=(
            "npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree",
            "npm error code ERESOLVE",
        ),
        non_matching=("npm warn ERESOLVE overriding peer dependency",),
    ),
    Pattern(
        name="npm",
        regex=r"^npm (?:ERR!|error) code (?P<rule>[A-Z][A-Z0-9_]{1,40})",
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.7,
        message="npm could not do its work ({rule}).",
        hint="The details show what npm said.",
        subject="{rule}",
        matching=("npm ERR! code E404\nnpm ERR! 404 Not Found - GET https://packages.example.com/x",),
        non_matching=("npm warn deprecated x@1", "npm ERR! A complete log of this run"),
    ),
    Pattern(
        name="pip-not-found",
        regex=r"^ERROR: No matching distribution found for (?P<package>\S{1,200})",
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.96,
        message="The Python package ‘{package}’ cannot be found, or not in that version.",
        hint="Correct its name or version. Without network nothing can be found at all.",
        subject="{package}",
        shared=True,
        matching=(
            "ERROR: Could not find a version that satisfies x\nERROR: No matching distribution found for reqeusts==2",
        ),
        non_matching=("Requirement already satisfied: requests",),
    ),
    Pattern(
        name="pip-conflict",
        regex=r"^ERROR: (?:ResolutionImpossible|Cannot install [^\n]{1,300} conflicting dependencies)",
        kind=Kind.RUNTIME,
        code="dependency-conflict",
        confidence=0.96,
        message="The project's packages ask for versions that exclude each other.",
        hint="The details name the packages; loosen or change one of the versions.",
        matching=(
            "ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.",
            "ERROR: ResolutionImpossible: for help visit",
        ),
        non_matching=("ERROR: Could not open requirements file",),
    ),
    Pattern(
        name="pip-build",
        regex=(
            r"^ {0,4}ERROR: (?:Could not build wheels for|Failed building wheel for|Failed to build) "
            r"(?P<package>[^\n,]{1,200})"
        ),
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.9,
        message="The Python package ‘{package}’ could not be built here.",
        hint="The details show what its build lacks: often a compiler, or the headers of a system library.",
        subject="{package}",
        matching=(
            (
                "  ERROR: Failed building wheel for pkg\nERROR: Could not build wheels for pkg, which is required to "
                "install pyproject.toml-based projects"
            ),
        ),
        non_matching=("Successfully built pkg",),
    ),
    Pattern(
        name="pip-requirement",
        regex=r"^ERROR: Invalid requirement: '?(?P<said>[^\n']{1,200})",
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.95,
        message="pip cannot read what it is asked to install: {said}",
        hint="Correct that line: a name, then a version such as ‘==1.2’.",
        subject="{said}",
        matching=("ERROR: Invalid requirement: 'foo bar' (from line 2 of requirements.txt)",),
        non_matching=("ERROR: No matching distribution",),
    ),
    Pattern(
        name="npm-script-failed",
        regex=r"^npm (?:ERR!|error) command failed\nnpm (?:ERR!|error) command (?P<command>[^\n]{1,300})",
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.75,
        message="A script that runs while packages are installed failed: {command}",
        hint="The details show its last words; run it by itself to see more.",
        subject="{command}",
        matching=(
            (
                "npm error code 3\nnpm error path /home/user/project\nnpm error command failed\nnpm error command sh -c "
                "node setup.js"
            ),
        ),
        non_matching=("npm error code ERESOLVE",),
    ),
    Pattern(
        name="pnpm-no-version",
        regex=r"ERR_PNPM_(?:NO_MATCHING_VERSION|FETCH_404|NO_VERSIONS|SPEC_NOT_SUPPORTED_BY_ANY_RESOLVER)",
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.95,
        message="A package cannot be found, or not in that version.",
        hint="Correct its name or version; the details name it.",
        subject="",
        matching=("Error: ERR_PNPM_NO_MATCHING_VERSION\n\n  × No matching version found for left-pad@9.9.9",),
        non_matching=("Error: ERR_PNPM_NO_SCRIPT",),
    ),
    Pattern(
        name="uv-not-found",
        regex=(
            r"Because (?P<package>[\w.\[\]-]{1,200}) was not found in the (?:package registry|provided package "
            r"locations|cache)"
        ),
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.96,
        message="The Python package ‘{package}’ cannot be found.",
        hint="Correct its name. Without network nothing can be found at all.",
        subject="{package}",
        matching=(
            (
                "  × No solution found when resolving dependencies:\n  ╰─▶ Because reqeustz was not found in the provided "
                "package locations and you require reqeustz"
            ),
        ),
        non_matching=("Because a==1 depends on c==1 and b==1 depends on c==2",),
    ),
    Pattern(
        name="gem-not-found",
        regex=r"^(?:Could not find gem '|ERROR: {1,4}Could not find a valid gem ')(?P<package>[^'\n]{1,200})'",
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.94,
        message="The Ruby library ‘{package}’ cannot be found, or not in that version.",
        hint="Correct its name or version, or the source that it comes from.",
        subject="{package}",
        matching=("Could not find gem 'rake (< 1)' in cached gems or installed locally.",),
        non_matching=("Could not locate Gemfile",),
    ),
    Pattern(
        name="cargo-conflict",
        regex=r"^error: failed to select a version for (?:the requirement )?`(?P<package>[^`\n]{1,200})`",
        kind=Kind.RUNTIME,
        code="dependency-conflict",
        confidence=0.95,
        message="No version of ‘{package}’ fits all that ask for it.",
        hint="The details name the packages; loosen or change one of the versions.",
        subject="{package}",
        matching=('error: failed to select a version for the requirement `b = "^2"`',),
        non_matching=("error: could not compile `a`",),
    ),
    Pattern(
        name="bundle-conflict",
        regex=r"^Could not find compatible versions$|^Bundler could not find compatible versions for gem",
        kind=Kind.RUNTIME,
        code="dependency-conflict",
        confidence=0.95,
        message="The libraries of the bundle ask for versions that exclude each other.",
        hint="The details name them; loosen or change one of the versions.",
        subject="",
        matching=("Could not find compatible versions\n\nBecause a >= 2 depends on b < 1",),
        non_matching=("Bundle complete!",),
    ),
    Pattern(
        name="poetry-conflict",
        regex=r"^(?: {0,4})(?:Because [^\n]{1,300}|So, because [^\n]{1,300}), version solving failed|version solving failed\.",
        kind=Kind.RUNTIME,
        code="dependency-conflict",
        confidence=0.94,
        message="The project asks for packages whose versions exclude each other, or that do not exist.",
        hint="The details name the packages; loosen or change one of the versions.",
        subject="",
        matching=("So, because a depends on both rich (13.0.0) and pygments (2.5.0), version solving failed.",),
        non_matching=("version solving took 2 s",),
    ),
    Pattern(
        name="uv-conflict",
        regex=r"No solution found when resolving (?:dependencies|[\w ]{1,60})",
        kind=Kind.RUNTIME,
        code="dependency-conflict",
        confidence=0.95,
        message="The project's packages ask for versions that exclude each other, or that do not exist.",
        hint="The details name the packages; loosen or change one of the versions.",
        matching=("  × No solution found when resolving dependencies:\n  ╰─▶ Because a was not found",),
        non_matching=("Resolved 12 packages in 3ms",),
    ),
    Pattern(
        name="apt-not-found",
        regex=r"^E: Unable to locate package (?P<package>\S{1,200})",
        kind=Kind.RUNTIME,
        code="install-failed",
        confidence=0.96,
        message="The system package ‘{package}’ cannot be found.",
        hint="Correct its name, or refresh the package lists first.",
        subject="{package}",
        shared=True,
        matching=("Reading package lists...\nE: Unable to locate package jqq",),
        non_matching=("jq is already the newest version",),
    ),
)
