"""Settings, as data: every one with its default and the words that document it."""

from typing import Literal

import msgspec

from calibrant.model.issue import Severity


class Override(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is told otherwise of some files: `paths` are globs from the workspace folder."""

    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity | Literal["off"]] = {}


class Settings(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a user can set. Those in `USER_ONLY` loosen safety: they count only where the user, not the workspace, sets them."""

    run: Literal["onSave", "manual"] = "onSave"
    resume: Literal["partial", "full"] = "partial"
    reuse_seconds: float = 300.0
    trials: Literal["on", "off"] = "on"
    previews: Literal["on", "off"] = "on"
    inlay_hints: Literal["on", "off"] = "on"
    on_fatal: Literal["isolate", "stop"] = "isolate"
    execute: Literal["sandboxed", "unsandboxed", "never"] = "sandboxed"
    open_paths: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity | Literal["off"]] = {}
    overrides: tuple[Override, ...] = ()
    time_limit: float = 600.0
    concurrency: int = 8
    state_limit: int = 1 << 30
    backup_count: int = 200
    backup_days: int = 60
    exclude: tuple[str, ...] = ("**/node_modules/**", "**/.venv/**", "**/.git/**")


USER_ONLY = frozenset({"execute", "openPaths", "run", "backupCount", "backupDays"})
"""Settings that a workspace's own file must not loosen."""

DOCS: dict[str, str] = {
    "run": "When a workflow runs in the background: `onSave`, or `manual` (only when asked).",
    "resume": "A run after saving runs what changed and uses again what is recorded (`partial`), or runs all (`full`).",
    "reuseSeconds": "Seconds for which what commands and servers gave is used again; files count by what they hold.",
    "trials": "After a run, fixes for what failed are tried in the background: `on` or `off`.",
    "previews": "Values that steps gave are kept and shown in the editor, cut short: `on` or `off` (then only their types).",
    "inlayHints": "Beside each step, what it gave when it last ran: `on` or `off`.",
    "onFatal": "`isolate` what a failed login, connection or condition touches and go on, or `stop` the run there.",
    "execute": "Commands of a trusted workspace run `sandboxed` (bubblewrap), also `unsandboxed`, or `never`.",
    "openPaths": "Folders outside the workspace that workflows may read and write.",
    "ignore": "Issue codes that are not shown.",
    "severity": "Another severity for an issue code: `error`, `warning`, `hint` or `off`.",
    "overrides": "Other `ignore` and `severity` for the files that `paths` name; later entries win.",
    "timeLimit": "Seconds after which a run is stopped.",
    "concurrency": "How many steps of a run work at the same time.",
    "stateLimit": "Bytes that recorded runs of a workspace may take before the oldest are dropped.",
    "backupCount": "How many changes of a workspace's files are kept with their backups, so that they can be taken back.",
    "backupDays": "For how many days a change of a file is kept with its backups.",
    "exclude": "Files and folders in which no workflows are looked for, as globs.",
}
