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
        name="alembic-order",
        regex=(
            r"Can't locate revision identified by '(?P<revision>[^'\n]{1,100})'|Multiple head(?:s| revisions) are "
            r"present|Revision \S{1,60} referenced from [^\n]{1,200} {1,4}is not present|^KeyError: '[0-9a-f]{12}'$"
        ),
        kind=Kind.SCHEMA_MIGRATION,
        code="migration-order",
        confidence=0.96,
        message="The migrations of the project contradict each other, or what the database recorded. {revision}",
        hint="Join the two last ones or give one the other as its parent; a file that was taken away after it ran belongs back.",
        subject="{revision}",
        matching=(
            "FAILED: Can't locate revision identified by 'b'",
            "FAILED: Multiple head revisions are present for given argument 'head'; please specify a specific target revision",
            "UserWarning: Revision zz referenced from zz -> b (head),  is not present",
        ),
        non_matching=("FAILED: Target database is not up to date.",),
    ),
    Pattern(
        name="django-order",
        regex=(
            r"Conflicting migrations detected; multiple leaf nodes|InconsistentMigrationHistory|NodeNotFoundError: "
            r"Migration \S{1,200} dependencies reference nonexistent parent node|CircularDependencyError"
        ),
        kind=Kind.SCHEMA_MIGRATION,
        code="migration-order",
        confidence=0.96,
        message="The migrations of the project contradict each other, or what the database recorded.",
        hint="Join the two last ones or give one the other as its parent; a file that was taken away after it ran belongs back.",
        subject="",
        matching=(
            "CommandError: Conflicting migrations detected; multiple leaf nodes in the migration graph: (0002_a, 0002_b in app).",
            (
                "django.db.migrations.exceptions.NodeNotFoundError: Migration app.0003_a dependencies reference "
                "nonexistent parent node ('app', '0002_gone')"
            ),
        ),
        non_matching=("No migrations to apply.",),
    ),
    Pattern(
        name="migrations-order",
        regex=(
            r"Not run migration \S{1,200} is preceding already run migration|The migration directory is corrupt|"
            r"BadMigration: Could not resolve dependencies|Found more than one migration with version|Detected "
            r"(?:resolved|applied) migration not (?:applied|resolved)|Migration checksum mismatch|\bP30(?:09|18|06)\b"
        ),
        kind=Kind.SCHEMA_MIGRATION,
        code="migration-order",
        confidence=0.96,
        message="The migrations of the project contradict each other, or what the database recorded.",
        hint="Join the two last ones or give one the other as its parent; a file that was taken away after it ran belongs back.",
        subject="",
        matching=(
            "Error: Not run migration 1700000000001_a is preceding already run migration 1700000000002_b",
            "yoyo.exceptions.BadMigration: Could not resolve dependencies in m/0001.a.py",
        ),
        non_matching=("Migrations complete!",),
    ),
    Pattern(
        name="django-pending",
        regex=r"^ \[ \] \d{4}_\w{1,100}$|^Migrations for '[^'\n]{1,100}':\n {2}\S{1,300}migrations/\d{4}_",
        kind=Kind.SCHEMA_MIGRATION,
        code="schema-outdated",
        confidence=0.8,
        message="There are migrations that the database, or the project, does not have yet.",
        hint="Make them (‘makemigrations’), keep them with the code, and run them (‘migrate’).",
        subject="",
        matching=(
            "app\n [ ] 0001_initial",
            "Migrations for 'app':\n  app/migrations/0002_item_size_alter_item_id.py\n    + Add field size to item",
        ),
        non_matching=(" [X] 0001_initial",),
    ),
    Pattern(
        name="migration-state",
        regex=(
            r"Target database is not up to date|New upgrade operations detected|"
            r"You have [1-9]\d{0,5} unapplied migration|"
            r"[Mm]igrations? (?:failed|pending)|Dirty database version"
        ),
        kind=Kind.SCHEMA_MIGRATION,
        code="schema-outdated",
        confidence=0.95,
        message="The database's schema and the project's migrations do not agree.",
        hint="Run the pending migrations, or settle which of them the database really has.",
        subject="schema",
        shared=True,
        matching=(
            "FAILED: Target database is not up to date.",
            "You have 3 unapplied migration(s).",
            "error: Dirty database version 4. Fix and force version.",
        ),
        non_matching=("No migrations to apply.",),
    ),
)
