"""How the machine reports that it has had enough: memory, disk, ports, crashes; and the tools that sit close to it."""

from calibrant.failures.pattern import ExitPattern, Pattern
from calibrant.model.issue import Kind

_MEMORY = "Give the step less data at a time, or the machine more memory."

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="disk-full",
        regex=r"No space left on device|ENOSPC|[Dd]isk quota exceeded|EDQUOT|database or disk is full",
        kind=Kind.INFRA,
        code="disk-full",
        confidence=0.96,
        message="The disk is full.",
        hint="Free some space, then run again.",
        shared=True,
        matching=("cp: error writing 'b': No space left on device", "OSError: [Errno 28] No space left on device: 'x'"),
        non_matching=("plenty of space left on the device",),
    ),
    Pattern(
        name="read-only-files",
        regex=r"Read-only file system|EROFS: read-only",
        kind=Kind.INFRA,
        code="read-only-files",
        confidence=0.94,
        message="The step writes where writing is not possible.",
        hint="Write inside the workflow's own folder.",
        shared=True,
        matching=(
            "touch: cannot touch '/usr/x': Read-only file system",
            "Error: EROFS: read-only file system, open '/x'",
        ),
        non_matching=("opened read-only",),
    ),
    Pattern(
        name="out-of-memory",
        regex=(
            r"^Killed$|[Oo]ut of memory|Cannot allocate memory|^MemoryError\b|JavaScript heap out of memory|"
            r"java\.lang\.OutOfMemoryError|ENOMEM|"
            r"virtual memory exhausted|NoMemoryError|^\[FATAL\] failed to allocate memory|Killed signal terminated program|"
            r"^fatal error: failed to reserve page summary memory|"
            r"^\S{1,100}: line \d{1,6}: {1,4}\d{1,9} Killed\b"
        ),
        kind=Kind.INFRA,
        code="out-of-memory",
        confidence=0.94,
        message="There was not enough memory.",
        hint=_MEMORY,
        matching=(
            "Killed",
            "g++: fatal error: Killed signal terminated program cc1plus",
            "virtual memory exhausted: Cannot allocate memory",
            "bash: line 2: 14521 Killed                  bash -c 'kill -9 $$'",
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
            "Traceback (most recent call last):\nMemoryError",
            'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
        ),
        non_matching=("Killed the background job", "memory is fine"),
    ),
    Pattern(
        name="crashed",
        regex=r"Segmentation fault|SIGSEGV|Bus error \(|SIGABRT|Aborted \(core dumped\)|Illegal instruction \(",
        kind=Kind.RUNTIME,
        code="process-crashed",
        confidence=0.94,
        message="The program crashed.",
        hint="This is a fault of the program itself; try another version of it, or other input.",
        matching=(
            "Segmentation fault (core dumped)",
            "fatal error: unexpected signal [signal SIGSEGV: segmentation violation",
        ),
        non_matching=("bus error handling is covered",),
    ),
    Pattern(
        name="port-in-use",
        regex=(
            r"(?:[Aa]ddress already in use|EADDRINUSE|Port (?P<stated>\d{2,5}) is (?:already )?in use)"
            r"(?:[^\n]{0,40}?:(?P<port>\d{2,5})\b)?"
        ),
        kind=Kind.INFRA,
        code="port-in-use",
        confidence=0.94,
        message="The port {port}{stated} that the step wants is taken by another program.",
        hint="Stop the other program, or use another port.",
        subject="{port}{stated}",
        shared=True,
        matching=(
            "OSError: [Errno 98] Address already in use",
            "Error: listen EADDRINUSE: address already in use :::3000",
        ),
        non_matching=("the address is in use by design",),
    ),
    Pattern(
        name="docker-daemon",
        regex=r"[Cc]annot connect to the Docker daemon|Is the docker daemon running\?",
        kind=Kind.INFRA,
        code="service-not-running",
        confidence=0.96,
        message="Docker is not running here, or may not be used.",
        hint="Start Docker, or run the step where it is running.",
        shared=True,
        matching=("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",),
        non_matching=("Docker version 27.0.1",),
    ),
    Pattern(
        name="database-locked",
        regex=r"database (?:table )?is locked|could not obtain lock on|Lock wait timeout exceeded|deadlock detected",
        kind=Kind.TRANSIENT,
        code="database-locked",
        confidence=0.93,
        message="The database is locked by another program.",
        hint="Try again, or close what else uses the database.",
        shared=True,
        matching=("sqlite3.OperationalError: database is locked", "ERROR: deadlock detected"),
        non_matching=("the door is locked",),
    ),
    Pattern(
        name="git-nothing-such",
        regex=(
            r"^(?:error|fatal): (?:pathspec '(?P<name>[^'\n]{1,200})' did not match any file|"
            r"'(?P<remote>[^'\n]{1,200})' does not appear to be a git repository|"
            r"ambiguous argument '(?P<revision>[^'\n]{1,200})': unknown revision|couldn't find remote ref (?P<ref>[^\n]{1,200}))"
        ),
        kind=Kind.RUNTIME,
        code="git-failed",
        confidence=0.94,
        message="Git knows nothing called ‘{name}{remote}{revision}{ref}’ here.",
        hint="Check its spelling, and that it was fetched: a checkout may hold one commit and no tags.",
        subject="{name}{remote}{revision}{ref}",
        tool="git",
        matching=(
            "error: pathspec 'release-9' did not match any file(s) known to git",
            "fatal: 'origin' does not appear to be a git repository",
        ),
        non_matching=("fatal: not a git repository (or any of the parent directories): .git",),
    ),
    Pattern(
        name="git-no-repository",
        regex=r"^fatal: not a git repository",
        kind=Kind.RUNTIME,
        code="git-failed",
        confidence=0.95,
        message="The folder that the step runs in belongs to no Git repository.",
        hint="Run it inside a repository, or start one with ‘git init’.",
        shared=True,
        matching=("fatal: not a git repository (or any of the parent directories): .git",),
        non_matching=("On branch main",),
    ),
)

EXITS: tuple[ExitPattern, ...] = (
    ExitPattern(
        124, Kind.TRANSIENT, "timed-out", 0.6, "The command took too long and was ended.", "Allow it more time."
    ),
    ExitPattern(
        126,
        Kind.RUNTIME,
        "permission-error",
        0.7,
        "The command is there but may not be run.",
        "Make the file executable.",
    ),
    ExitPattern(
        127, Kind.RUNTIME, "command-not-found", 0.7, "A command was not found.", "Check the spelling of the commands."
    ),
    ExitPattern(130, Kind.RUNTIME, "process-stopped", 0.7, "The command was interrupted.", "Run it again."),
    ExitPattern(134, Kind.RUNTIME, "process-crashed", 0.75, "The program broke itself off.", "Its last words say why."),
    ExitPattern(
        137, Kind.INFRA, "out-of-memory", 0.65, "The command was killed, most likely because memory ran out.", _MEMORY
    ),
    ExitPattern(
        139, Kind.RUNTIME, "process-crashed", 0.8, "The program crashed.", "Try another version of it, or other input."
    ),
    ExitPattern(
        143,
        Kind.RUNTIME,
        "process-stopped",
        0.7,
        "The command was ended from outside.",
        "Find out what ended it, or run it again.",
    ),
)
