"""How compilers and build tools report that something does not build."""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_BUILD = "{file} does not compile, line {line}: {said}"
_HINT = "Correct the code there; the details list every place."

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="cargo",
        regex=r"^error\[(?P<rule>E\d{4})\]: (?P<said>[^\n]{1,300})$",
        kind=Kind.TYPECHECK,
        code="build-failed",
        confidence=0.94,
        message="The Rust code does not compile: {said} ({rule})",
        hint=_HINT,
        subject="{rule} {said}",
        many=True,
        matching=("error[E0308]: mismatched types\n --> src/main.rs:2:18",),
        non_matching=("error: aborting due to 1 previous error", "see error[E0308]: for more"),
    ),
    Pattern(
        name="go-build",
        regex=(
            r"^(?:vet: )?(?P<file>[\w./-]{1,300}\.go):(?P<line>\d{1,7}):(?P<column>\d{1,6}): "
            r"(?!\S{1,300}@v\S{1,100}: |missing go\.sum entry|no required module |"
            r"cannot find (?:module|package)|package \S{1,300} is not )"
            r"(?P<said>[^\n]{1,300})$"
        ),
        kind=Kind.TYPECHECK,
        code="build-failed",
        confidence=0.93,
        message=_BUILD,
        hint=_HINT,
        subject="{file} {said}",
        many=True,
        matching=("# example.com/a\n./main.go:6:2: undefined: x", 'main.go:3:8: "os" imported and not used'),
        non_matching=(
            "ok  \texample.com/a\t0.002s",
            "    sum_test.go:8: got 3",
            "main.go:3:8: example.org/dep@v1.0.0: reading https://proxy.example/dep: 502 Bad Gateway",
            "main.go:3:8: missing go.sum entry for module providing package example.org/dep",
        ),
    ),
    Pattern(
        name="c-compiler",
        regex=(
            r"^(?P<file>[^\s:][^:\n]{0,300}\.(?:c|cc|cpp|cxx|h|hpp|m|swift)):(?P<line>\d{1,7}):(?P<column>\d{1,6}): "
            r"(?:fatal )?error: (?P<said>[^\n]{1,300})$"
        ),
        kind=Kind.TYPECHECK,
        code="build-failed",
        confidence=0.94,
        message=_BUILD,
        hint=_HINT,
        subject="{file} {said}",
        many=True,
        matching=(
            "a.c:3:5: error: expected ‘;’ before ‘}’ token",
            "x.cpp:1:10: fatal error: foo.h: No such file or directory",
        ),
        non_matching=("a.c:3:5: warning: unused variable ‘x’",),
    ),
    Pattern(
        name="javac",
        regex=(
            r"^(?:\[ERROR\] )?(?P<file>[^\s:][^:\n]{0,300}\.(?:java|kt)):\[?(?P<line>\d{1,7})[,\d\]]{0,9}:? (?:error: )?"
            r"(?P<said>[^\n]{1,300})$"
        ),
        kind=Kind.TYPECHECK,
        code="build-failed",
        confidence=0.93,
        message=_BUILD,
        hint=_HINT,
        subject="{file} {said}",
        many=True,
        matching=("Main.java:3: error: ';' expected", "[ERROR] /a/Main.java:[3,5] cannot find symbol"),
        non_matching=("\tat Main.main(Main.java:3)",),
    ),
    Pattern(
        name="make",
        regex=r"^g?make(?:\[\d{1,3}\])?: \*\*\* (?P<said>[^\n]{1,300})$",
        kind=Kind.RUNTIME,
        code="build-failed",
        confidence=0.45,
        message="The build stopped: {said}",
        hint="The details show what was said before it stopped.",
        subject="{said}",
        matching=("make: *** [Makefile:3: all] Error 1",),
        non_matching=("make[1]: Entering directory '/a'",),
    ),
    Pattern(
        name="linker",
        regex=r"undefined reference to [`'‘](?P<symbol>[^'’\n]{1,200})['’]",
        kind=Kind.TYPECHECK,
        code="build-failed",
        confidence=0.93,
        message="The program cannot be linked: nothing defines ‘{symbol}’.",
        hint="Add the file or the library that defines it.",
        subject="{symbol}",
        many=True,
        matching=("/usr/bin/ld: a.o: in function `main':\na.c:(.text+0x5): undefined reference to `foo'",),
        non_matching=("no references are undefined",),
    ),
)
