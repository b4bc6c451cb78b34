"""How tools report that the folder they run in is not that of a project.

Samples of npm 11, pnpm 11, Yarn 1.22 and 4, GNU make 4.3, Go 1.19, Cargo 1.95, Maven 3.8, Poetry 2, uv, pip, Bundler 2.3,
rake 13, CMake 3.25, Ant 1.10, nox, bash 5.2, dash and Git 2.39, each run in an empty folder.
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_HINT = "Give the step the right folder (‘cwd’), or go there first (‘cd’)."


def _missing(
    tool: str, file: str, regex: str, matching: tuple[str, ...], other: str, *, name: str = "", sure: float = 0.97
) -> Pattern:
    """Return the pattern of a tool that looked for a file which makes a folder a project."""
    return Pattern(
        name=name or f"{tool}-wrong-folder",
        regex=regex,
        kind=Kind.RUNTIME,
        code="wrong-working-dir",
        confidence=sure,
        message=f"There is no {file} in the folder that this ran in, so {tool} has nothing to work on.",
        hint=_HINT,
        subject=file,
        tool=tool,
        more=lambda _groups: {"looked_for": file},
        matching=matching,
        non_matching=(other,),
    )


def _gone(name: str, regex: str, matching: tuple[str, ...], other: str, tool: str = "") -> Pattern:
    """Return the pattern of a command that names a folder which is not there."""
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.RUNTIME,
        code="wrong-working-dir",
        confidence=0.965,
        message="There is no folder ‘{folder}’ where this ran.",
        hint="Correct the folder's name; it starts at the folder that the command runs in.",
        subject="{folder}",
        tool=tool,
        more=lambda groups: {"folder": groups.get("folder") or groups.get("plain") or groups.get("quoted") or ""},
        matching=matching,
        non_matching=(other,),
    )


PATTERNS: tuple[Pattern, ...] = (
    _missing(
        "npm",
        "package.json",
        r"Could not read package\.json: Error: ENOENT: no such file or directory, open '(?P<path>[^'\n]{1,300})'",
        (
            (
                "npm error code ENOENT\nnpm error syscall open\nnpm error enoent Could not read package.json: Error: ENOENT: "
                "no such file or directory, open '/home/user/project/package.json'"
            ),
        ),
        "Error: ENOENT: no such file or directory, open 'config.json'",
    ),
    _missing(
        "pnpm",
        "package.json",
        r"No package\.json(?:, package\.json5, or package\.yaml)? (?:was )?found in ",
        (
            "Error: ERR_PNPM_NO_PKG_MANIFEST\n\n  × No package.json found in /home/user/project",
            '  × No package.json, package.json5, or package.yaml was found in "/home/user/project"',
        ),
        "package.json was found in /home/user/project",
    ),
    _missing(
        "yarn",
        "package.json",
        r"^(?:Usage Error: No project found in |error Couldn't find a package\.json file in )",
        (
            "Usage Error: No project found in /home/user/project\n\n$ yarn install [--json]",
            'error Couldn\'t find a package.json file in "/home/user/project"',
        ),
        'Usage Error: Couldn\'t find a script named "biuld".',
    ),
    _missing(
        "make",
        "makefile",
        r"^g?make(?:\[\d{1,3}\])?: \*\*\* No targets specified and no makefile found",
        ("make: *** No targets specified and no makefile found.  Stop.",),
        "make: *** No rule to make target 'tset'.  Stop.",
    ),
    _missing(
        "cargo",
        "Cargo.toml",
        r"^error: could not find `Cargo\.toml` in ",
        ("error: could not find `Cargo.toml` in `/home/user/project` or any parent directory",),
        "error: failed to parse manifest at `/home/user/project/Cargo.toml`",
    ),
    _missing(
        "go",
        "go.mod",
        (
            r"go\.mod file not found in current directory or any parent|^go: cannot find main module|"
            r"directory prefix \S{1,200} does not contain main module"
        ),
        (
            "go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
            "pattern ./...: directory prefix . does not contain main module or its selected dependencies",
        ),
        "go: errors parsing go.mod:",
    ),
    _missing(
        "mvn",
        "pom.xml",
        r"requires a project to execute but there is no POM in this directory",
        (
            (
                "[ERROR] The goal you specified requires a project to execute but there is no POM in this directory "
                "(/home/user/project). Please verify you invoked Maven from the correct directory."
            ),
        ),
        '[ERROR] Unknown lifecycle phase "tset".',
    ),
    _missing(
        "poetry",
        "pyproject.toml",
        r"^Poetry could not find a pyproject\.toml file in ",
        ("\nPoetry could not find a pyproject.toml file in /home/user/project or its parents",),
        "pyproject.toml changed significantly since poetry.lock was last generated.",
    ),
    _missing(
        "pdm",
        "pyproject.toml",
        r"The pyproject\.toml has not been initialized yet",
        ("[ProjectError]: The pyproject.toml has not been initialized yet. You can do this by running `pdm init`.",),
        "INFO: python.use_venv is on, creating a virtualenv for this project...",
    ),
    _missing(
        "uv",
        "pyproject.toml",
        r"No `pyproject\.toml` found in (?:current|the) ",
        ("error: No `pyproject.toml` found in current directory or any parent directory",),
        "warning: No `requires-python` value found in the workspace.",
    ),
    _missing(
        "pip",
        "pyproject.toml",
        r"[Nn]either 'setup\.py' nor 'pyproject\.toml' found",
        (
            "ERROR: Directory '.' is not installable. Neither 'setup.py' nor 'pyproject.toml' found.",
            (
                "ERROR: file:///home/user/project does not appear to be a Python project: neither 'setup.py' nor "
                "'pyproject.toml' found."
            ),
        ),
        "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirements.txt'",
    ),
    _missing(
        "bundle",
        "Gemfile",
        r"^Could not locate Gemfile",
        ("Could not locate Gemfile or .bundle/ directory", "Could not locate Gemfile"),
        "Your Ruby version is 3.1.2, but your Gemfile specified 3.9.0",
    ),
    _missing(
        "rake",
        "Rakefile",
        r"^No Rakefile found \(looking for: ",
        ("rake aborted!\nNo Rakefile found (looking for: rakefile, Rakefile, rakefile.rb, Rakefile.rb)",),
        "rake aborted!\nDon't know how to build task 'lnit'",
    ),
    _missing(
        "nox",
        "noxfile.py",
        r"^nox > Failed to load Noxfile [^\n]{1,300}, no such file exists",
        ("nox > Failed to load Noxfile /home/user/project/noxfile.py, no such file exists.",),
        "nox > Sessions not found: lnit",
    ),
    _missing(
        "ant",
        "build.xml",
        r"^Buildfile: build\.xml does not exist",
        ("Buildfile: build.xml does not exist!\nBuild failed",),
        "Buildfile: /home/user/project/build.xml",
    ),
    _missing(
        "cmake",
        "CMakeLists.txt",
        r"^CMake Error: The source directory \"[^\"\n]{1,300}\" does not appear to contain CMakeLists\.txt",
        ('CMake Error: The source directory "/home/user/project" does not appear to contain CMakeLists.txt.',),
        "CMake Error at CMakeLists.txt:3 (find_package):",
    ),
    _missing(
        "just",
        "justfile",
        r"^error: No justfile found",
        ("error: No justfile found",),
        "error: Justfile does not contain recipe `tset`",
    ),
    _gone(
        "cd-wrong-folder",
        (
            r"^[^\n:]{1,200}: (?:line )?\d{1,6}: cd: (?:can't cd to (?P<plain>[^\n:]{1,200})|"
            r"(?P<quoted>[^\n:]{1,200}): (?:No such file or directory|Not a directory))$"
        ),
        ("bash: line 1: cd: nope: No such file or directory", "sh: 1: cd: can't cd to services/api"),
        "bash: line 1: nope: No such file or directory",
    ),
    _gone(
        "make-wrong-folder-named",
        r"^g?make(?:\[\d{1,3}\])?: \*\*\* (?P<folder>[^\n:]{1,200}): No such file or directory\.",
        ("make: *** backend: No such file or directory.  Stop.",),
        "make: *** No rule to make target 'tset'.  Stop.",
        "make",
    ),
    _gone(
        "git-wrong-folder",
        r"^fatal: cannot change to '(?P<folder>[^'\n]{1,200})': No such file or directory",
        ("fatal: cannot change to 'lib': No such file or directory",),
        "fatal: not a git repository (or any of the parent directories): .git",
        "git",
    ),
)
