"""How databases and migration tools report that the schema is not what a statement expects."""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_HINT = "Run the migrations that are missing, or correct the name in the statement."

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="no-table",
        regex=(
            r"(?:relation \"|no such table: |Table '|Invalid object name ')(?P<table>[^\"'\s]{1,200})['\"]?"
            r"(?: does not exist| doesn't exist|(?<!\")\.?$|(?<=')\.)"
        ),
        kind=Kind.SCHEMA_MIGRATION,
        code="schema-outdated",
        confidence=0.96,
        message="The database has no table called ‘{table}’.",
        hint=_HINT,
        subject="{table}",
        shared=True,
        matching=(
            'psycopg2.errors.UndefinedTable: relation "urgent_mail" does not exist',
            "sqlite3.OperationalError: no such table: urgent_mail",
            "ERROR 1146 (42S02): Table 'shop.orders' doesn't exist",
        ),
        non_matching=('relation "a" already exists',),
    ),
    Pattern(
        name="no-column",
        regex=(
            r"(?:no such column: |Unknown column '|has no column named |[Cc]olumn \")(?P<column>[^\"'\s]{1,200})['\"]?"
            r"(?: of relation \"[^\"\n]{1,200}\")?(?: does not exist| in '|$)"
        ),
        kind=Kind.SCHEMA_MIGRATION,
        code="schema-outdated",
        confidence=0.96,
        message="The database has no column called ‘{column}’ there.",
        hint=_HINT,
        subject="{column}",
        shared=True,
        matching=(
            "sqlite3.OperationalError: no such column: subjct",
            'ERROR:  column "subjct" does not exist',
            'column "x" of relation "mails" does not exist',
            "Unknown column 'subjct' in 'field list'",
            "table mails has no column named subjct",
        ),
        non_matching=('column "x" is of type integer',),
    ),
    Pattern(
        name="migration-exists",
        regex=(
            r"(?:relation|table|column|index|type) [\"'`]?(?P<name>[\w.]{1,200})[\"'`]?"
            r"(?: of relation \"[^\"\n]{1,200}\")? already exists"
        ),
        kind=Kind.SCHEMA_MIGRATION,
        code="schema-outdated",
        confidence=0.95,
        message="The database already has ‘{name}’, which a statement wants to make.",
        hint="A migration may have run before without being recorded; mark it as done, or create only what is missing.",
        subject="{name}",
        shared=True,
        matching=('ERROR: relation "mails" already exists', "sqlite3.OperationalError: table mails already exists"),
        non_matching=("the file already exists",),
    ),
    Pattern(
        name="migration-state",
        regex=(
            r"Can't locate revision identified by '(?P<revision>[^'\n]{1,100})'|Target database is not up to date|"
            r"You have [1-9]\d{0,5} unapplied migration|Multiple head revisions are present|"
            r"[Mm]igrations? (?:failed|pending)|Dirty database version"
        ),
        kind=Kind.SCHEMA_MIGRATION,
        code="schema-outdated",
        confidence=0.95,
        message="The database's schema and the project's migrations do not agree.",
        hint="Run the pending migrations, or settle which of them the database really has.",
        subject="{revision}",
        shared=True,
        matching=(
            "FAILED: Can't locate revision identified by 'ae1027a6acf'",
            "FAILED: Target database is not up to date.",
            "You have 3 unapplied migration(s).",
            "error: Dirty database version 4. Fix and force version.",
        ),
        non_matching=("No migrations to apply.",),
    ),
)
