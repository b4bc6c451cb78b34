"""The tables, as numbered migrations. Each may run twice; a released one is never edited, a new one is added below."""

SESSIONS_AND_OUTPUTS = (
    # `position` is the order of beginning: clocks go backwards. `result` is a SessionResult as JSON, NULL while it runs.
    """CREATE TABLE IF NOT EXISTS sessions (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL, started REAL NOT NULL,
        total INTEGER NOT NULL DEFAULT 0, status TEXT NOT NULL, result BLOB)""",
    "CREATE INDEX IF NOT EXISTS sessions_by_workflow ON sessions (workflow, position)",
    # Steps as they finish, so that a run that broke off can still be shown. `failures` is JSON.
    """CREATE TABLE IF NOT EXISTS steps (
        session TEXT NOT NULL, place INTEGER NOT NULL, step TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
        seconds REAL NOT NULL, provisional INTEGER NOT NULL, reused INTEGER NOT NULL, key TEXT NOT NULL,
        failures BLOB NOT NULL, PRIMARY KEY (session, place)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS issues (
        session TEXT NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL,
        severity TEXT NOT NULL, step TEXT, message TEXT NOT NULL, PRIMARY KEY (session, place)) WITHOUT ROWID""",
    # A small output lies in `data`, a large one in `contents`, once for all rows of the same content.
    """CREATE TABLE IF NOT EXISTS outputs (
        position INTEGER PRIMARY KEY, workflow TEXT NOT NULL, step TEXT NOT NULL, session TEXT NOT NULL,
        key TEXT NOT NULL, masked INTEGER NOT NULL, data BLOB, digest BLOB)""",
    "CREATE INDEX IF NOT EXISTS outputs_by_key ON outputs (key)",
    "CREATE INDEX IF NOT EXISTS outputs_by_step ON outputs (workflow, step, masked)",
    "CREATE INDEX IF NOT EXISTS outputs_by_digest ON outputs (digest) WHERE digest IS NOT NULL",
    """CREATE TABLE IF NOT EXISTS contents (
        id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, packed INTEGER NOT NULL, data BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS locks (
        workflow TEXT PRIMARY KEY, session TEXT NOT NULL, holder BLOB NOT NULL, expires REAL NOT NULL,
        ticks REAL NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS trust (id INTEGER PRIMARY KEY CHECK (id = 1), trusted INTEGER NOT NULL, since REAL NOT NULL)",
)

CHANGES = (
    # `session` is a ChangeSession as JSON; the columns beside it are what is looked for. `position` is the order of beginning.
    """CREATE TABLE IF NOT EXISTS changes (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, started REAL NOT NULL,
        session BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS changes_by_status ON changes (status)",
    # Names of files are bytes: they need not be text.
    """CREATE TABLE IF NOT EXISTS change_files (
        session TEXT NOT NULL, path BLOB NOT NULL, PRIMARY KEY (session, path)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS change_files_by_path ON change_files (path)",
    # Which session may need which content; the content itself is a file. `stored` is when somebody last kept it.
    """CREATE TABLE IF NOT EXISTS change_contents (
        session TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (session, digest)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS change_contents_by_digest ON change_contents (digest)",
    "CREATE TABLE IF NOT EXISTS backups (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, stored REAL NOT NULL)",
    """CREATE TABLE IF NOT EXISTS outcomes (
        strategy TEXT NOT NULL, outcome TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (strategy, outcome))
        WITHOUT ROWID""",
)

LIVES = (
    # The last word on each fix: it is counted in `outcomes` once, however often it was applied and taken back.
    "CREATE TABLE IF NOT EXISTS counted (fix TEXT PRIMARY KEY, strategy TEXT NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID",
    # Which run a change answers, and how it stands; kept as long as the run, which may be longer than the change.
    """CREATE TABLE IF NOT EXISTS answered (
        session TEXT PRIMARY KEY, run TEXT NOT NULL, status TEXT NOT NULL, started REAL NOT NULL, ended REAL NOT NULL)
        WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS answered_by_run ON answered (run)",
    """INSERT OR IGNORE INTO answered (session, run, status, started, ended)
        SELECT id, answers, status, started, ended FROM (SELECT id, status, started,
            json_extract(CAST(session AS TEXT), '$.answers') AS answers,
            coalesce(json_extract(CAST(session AS TEXT), '$.ended'), 0) AS ended
            FROM changes WHERE json_valid(CAST(session AS TEXT)))
        WHERE answers <> ''""",
)

INPUTS = (
    # `value` is JSON, as it was given: it is read anew as what the input's type says then.
    """CREATE TABLE IF NOT EXISTS inputs (
        workflow TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, given REAL NOT NULL,
        PRIMARY KEY (workflow, name)) WITHOUT ROWID""",
)

STEP_RUNS = (
    # What was in `steps`, and: `definition` stands for what the step's text said, `observed` for what its output was like.
    # A table can be given a column only once, and a migration may run twice: `steps` stays behind empty.
    """CREATE TABLE IF NOT EXISTS step_runs (
        session TEXT NOT NULL, place INTEGER NOT NULL, step TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
        seconds REAL NOT NULL, provisional INTEGER NOT NULL, reused INTEGER NOT NULL, key TEXT NOT NULL,
        failures BLOB NOT NULL, definition TEXT NOT NULL, observed BLOB NOT NULL, PRIMARY KEY (session, place)) WITHOUT ROWID""",
    """INSERT OR IGNORE INTO step_runs
        SELECT session, place, step, status, reason, seconds, provisional, reused, key, failures, '', x'' FROM steps""",
    "DELETE FROM steps",
)

REUSE = (
    # What tells whether an output may be used again (see `model.ports.Kept`). A table beside `outputs` would be a second
    # row for each. `masked` is 2 for what a step gave on stand-ins: it is used again under its key alone.
    "ALTER TABLE outputs ADD COLUMN made REAL NOT NULL DEFAULT 0",
    "ALTER TABLE outputs ADD COLUMN wrote BLOB NOT NULL DEFAULT x''",
    "ALTER TABLE outputs ADD COLUMN basis BLOB NOT NULL DEFAULT x''",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (SESSIONS_AND_OUTPUTS, CHANGES, LIVES, INPUTS, STEP_RUNS, REUSE)
LATEST = len(MIGRATIONS)
"""The version of a database that has them all."""
