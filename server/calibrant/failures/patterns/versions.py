"""How tools report that a version excludes another: of the language, of themselves, of the system.

Samples of pip 25, uv, npm 11, Yarn 1.22, Cargo 1.95, Go 1.19, Java 17, Bundler 2.3, RubyGems 3.3, pipenv and glibc 2.36.
What Poetry, pnpm and uv say of a Python or Node that does not fit, and `go.mod requires`, is by their known words, not by a run.
"""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_HINT = "Run the step with a version that fits, or ask for less where the project says what it wants."


def _pattern(
    name: str, message: str, regex: str, matching: tuple[str, ...], other: str, tool: str = "", sure: float = 0.96
) -> Pattern:
    return Pattern(
        name=name,
        regex=regex,
        kind=Kind.RUNTIME,
        code="version-mismatch",
        confidence=sure,
        message=message,
        hint=_HINT,
        subject=tool or name,
        tool=tool,
        shared=True,
        matching=matching,
        non_matching=(other,),
    )


PATTERNS: tuple[Pattern, ...] = (
    _pattern(
        "pip-python-version",
        "‘{package}’ cannot be used with this Python ({found}): it asks for {asked}.",
        (
            r"Package '(?P<package>[^'\n]{1,200})' requires a different Python: (?P<found>[\d.]{1,20}) not in '"
            r"(?P<asked>[^'\n]{1,100})'"
        ),
        ("ERROR: Package 'a' requires a different Python: 3.11.7 not in '>=3.14'",),
        "ERROR: No matching distribution found for a",
        "pip",
        0.98,
    ),
    _pattern(
        "pip-python-versions-ignored",
        "The versions of this package that there are ask for another Python: {asked}.",
        (
            r"Ignored the following versions that require a different python version: [^\n]{0,300}?Requires-Python "
            r"(?P<asked>[^\n;]{1,60})"
        ),
        (
            (
                "ERROR: Ignored the following versions that require a different python version: 2.3.0 Requires-Python >=3.14\n"
                "ERROR: No matching distribution found for numpy==2.3.0"
            ),
        ),
        "ERROR: No matching distribution found for numpy==2.3.0",
        "pip",
        0.93,
    ),
    _pattern(
        "uv-python-version",
        "The project asks for Python {asked}, and this is {found}.",
        (
            r"The (?:requested interpreter resolved to|Python request from \S{1,60} resolved to|current) Python (?:version \()?"
            r"(?P<found>[\d.]{1,20})\)?[^\n]{0,40} (?:which )?is incompatible with the (?:project's|script's) "
            r"Python requirement: "
            r"`(?P<asked>[^`\n]{1,60})`"
        ),
        (
            (
                "error: The requested interpreter resolved to Python 3.11.7, which is incompatible with the project's "
                "Python requirement: "
                "`>=3.14` (from `project.requires-python`)"
            ),
        ),
        "Using CPython 3.11.7 interpreter at: /home/user/.venv/bin/python",
        "uv",
    ),
    _pattern(
        "poetry-python-version",
        "The project asks for Python {asked}, and this is {found}.",
        (
            r"[Cc]urrent(?:ly activated)? Python version (?:\()?(?P<found>[\d.]{1,20})\)? is not (?:allowed|"
            r"supported) by the project "
            r"\((?P<asked>[^)\n]{1,60})\)"
        ),
        (
            (
                "Current Python version (3.11.7) is not allowed by the project (^3.14).\n"
                'Please change python executable via the "env use" command.'
            ),
            "The currently activated Python version 3.11.7 is not supported by the project (^3.14).",
        ),
        "Creating virtualenv a in /home/user/project/.venv",
        "poetry",
    ),
    _pattern(
        "pdm-python-version",
        "No Python here fits what the project asks for: {asked}.",
        (
            r"No (?:matching )?Python (?:interpreter |version )?(?:found|matching|satisf\w{1,6})[^\n]{0,60}?"
            r"(?P<asked>(?:[<>=~!^]{1,2}\d)[^\n]{0,40})|No Python that satisfies [^\n]{0,200}is found|"
            r"^Warning: Python (?P<version>[\d.]{1,20}) was not found on your system"
        ),
        (
            "[NoPythonVersion]: No Python that satisfies the requirement >=3.14 is found on the system.",
            "Warning: Python 3.99 was not found on your system...",
        ),
        "Virtualenv is created successfully at /home/user/project/.venv",
    ),
    _pattern(
        "npm-engine",
        "‘{package}’ cannot be used here: it asks for {engine} {asked}.",
        (
            r"^npm (?:ERR!|error) (?:notsup|engine) Not compatible with your version of node/npm: (?P<package>\S{1,200})"
            r"(?:\n[^\n]{0,200}){0,2}?\n[^\n]{0,30}Required: \{\"(?P<engine>[\w-]{1,30})\":\"(?P<asked>[^\"\n]{1,100})\""
        ),
        (
            (
                "npm error code EBADENGINE\nnpm error notsup Not compatible with your version of node/npm: a@1.0.0\n"
                'npm error notsup Required: {"node":">=99"}\nnpm error notsup Actual:   {"node":"v20.20.2","npm":"11.19.1"}'
            ),
        ),
        "npm warn EBADENGINE Unsupported engine {",
        "npm",
    ),
    _pattern(
        "yarn-engine",
        "A package cannot be used with this {engine}: it asks for {asked}, and this is {found}.",
        (
            r'The engine "(?P<engine>[^"\n]{1,30})" is incompatible with this module\. Expected version "'
            r'(?P<asked>[^"\n]{1,60})"\. '
            r'Got "(?P<found>[^"\n]{1,30})"'
        ),
        ('error a@1.0.0: The engine "node" is incompatible with this module. Expected version ">=99". Got "20.20.2"',),
        "error Found incompatible module.",
        "yarn",
    ),
    _pattern(
        "pnpm-engine",
        "The project asks for another version of Node.js or pnpm.",
        r"ERR_PNPM_UNSUPPORTED_ENGINE|^Your (?:Node|pnpm) version is incompatible with ",
        (
            (
                "ERR_PNPM_UNSUPPORTED_ENGINE  Unsupported environment (bad pnpm and/or Node.js version)\n\n"
                'Your Node version is incompatible with "/home/user/project".'
            ),
        ),
        'WARN  Unsupported engine: wanted: {"node":">=99"}',
        "pnpm",
    ),
    _pattern(
        "go-version",
        "The module asks for a newer Go than this.",
        (
            r"go\.mod requires go >= [\d.]{1,20} \(running go [\d.]{1,20}|^note: module requires Go [\d.]{1,20}|"
            r"invalid go version '[^'\n]{1,30}': must match format|"
            r"^[^\n:]{1,300}\.go:\d{1,7}:\d{1,6}: package [\w/]{1,200} is not in (?:GOROOT|std)\b"
        ),
        (
            "go: go.mod requires go >= 1.24 (running go 1.22.2; GOTOOLCHAIN=local)",
            "go: errors parsing go.mod:\n/home/user/project/go.mod:3: invalid go version '1.99.0': must match format 1.23",
            "a.go:3:8: package slices is not in GOROOT (/usr/lib/go-1.19/src/slices)",
        ),
        "a.go:3:8: no required module provides package github.com/a/b",
        "go",
    ),
    _pattern(
        "cargo-rustc-version",
        "This Rust is too old for what is built.",
        (
            r"^error: rustc [\d.]{1,20}\S{0,40} is not supported by the following packages?|"
            r"requires rustc [\d.]{1,20} or newer|"
            r"this version of Cargo is older than the `\d{1,6}` edition|feature `edition20\d\d` is required"
        ),
        (
            "error: rustc 1.95.0 is not supported by the following package:\n  a@1.0.0 requires rustc 1.99",
            (
                "  this version of Cargo is older than the `2030` edition, and only supports `2015`, `2018`, `2021`, and "
                "`2024` editions."
            ),
        ),
        'error: could not compile `a` (bin "a") due to 1 previous error',
        "cargo",
    ),
    _pattern(
        "java-class-version",
        "A class was compiled for a newer Java than this.",
        (
            r"UnsupportedClassVersionError: (?P<package>\S{1,200}) has been compiled by a more recent version|"
            r"^error: release version \d{1,3} not supported|class file has wrong version [\d.]{1,8}, should be"
        ),
        (
            (
                'Exception in thread "main" java.lang.UnsupportedClassVersionError: A has been compiled by a more recent '
                "version of the "
                "Java Runtime (class file version 67.0)"
            ),
            "error: release version 21 not supported",
        ),
        "java.lang.NoClassDefFoundError: A",
        "java",
    ),
    _pattern(
        "bundle-ruby-version",
        "The Gemfile asks for Ruby {asked}, and this is {found}.",
        r"^Your Ruby version is (?P<found>[\w.]{1,20}), but your Gemfile specified (?P<asked>[^\n]{1,60})",
        ("Your Ruby version is 3.1.2, but your Gemfile specified 3.9.0",),
        "Could not locate Gemfile",
        "bundle",
    ),
    _pattern(
        "gem-version",
        "The Ruby library ‘{package}’ is there, but not in a version that fits {asked}.",
        (
            r"Could not find '(?P<package>[^'\n]{1,100})' \((?P<asked>[^)\n]{1,60})\) - did find: |"
            r"You have already activated (?P<loaded>\S{1,100}) [\d.]{1,20}, but your Gemfile requires"
        ),
        (
            (
                "/usr/lib/ruby/vendor_ruby/rubygems/dependency.rb:313:in `to_specs': Could not find 'rake' (>= 99) - did find: "
                "[rake-13.0.6] (Gem::MissingSpecVersionError)"
            ),
        ),
        "Could not find gem 'rake (< 1)' in locally installed gems.",
        "gem",
    ),
    _pattern(
        "glibc-version",
        "The program was built for a newer system than this: it asks for {asked}.",
        r"version `(?P<asked>(?:GLIBC|GLIBCXX|CXXABI)_[\d.]{1,20})' not found",
        ("./a: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.99' not found (required by ./a)",),
        "version `3' was found",
    ),
    _pattern(
        "python-version-said",
        "The program asks for another Python: {asked}.",
        r"\b(?:requires?|needs?) (?P<asked>Python (?:>=? ?)?3\.\d{1,2}(?:\.\d{1,2})?(?: or (?:later|newer|higher|above)|\+)?)",
        ("a: app requires Python 3.14 or later; this is 3.11", "ERROR: This package requires Python >=3.12"),
        "Python 3.11 is required by no one",
        sure=0.9,
    ),
)
