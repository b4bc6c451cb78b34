"""The `calibrant` command and its sub-commands. Exit status: 0 nothing wrong, 1 issues, 2 usage or set-up, 3 running."""

import sys
from pathlib import Path
from typing import Any

import click

from calibrant import __version__

PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False), metavar="PATH…"
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="calibrant")
def root() -> None:
    """Run workflow files in the background, safely, and see every issue at once.

    \b
    Start here:
      calibrant init                             a workflow made of what this folder is built with
      calibrant check .                          what is wrong by reading alone (runs and writes nothing)
      calibrant calibrate my.workflow.yaml       run once, go on past failures, collect every issue
      calibrant fix my.workflow.yaml             what could be repaired, and how
      calibrant explain unknown-step             what an issue code means and how to mend it

    Exit status: 0 nothing wrong, 1 issues of severity error, 2 wrong usage or a broken set-up, 3 already running.
    """


@root.command()
@PATHS
@click.option(
    "--format", "style", type=click.Choice(["text", "json", "sarif", "github"]), default="text", show_default=True
)
def check(**options: Any) -> int:
    """Check workflow files without running them. PATH: files or folders.

    Files of GitHub Actions (.github/workflows/*.yml, action.yml) are checked too.

    \b
    Examples:
      calibrant check .
      calibrant check --format github .github/ flows/    annotations for a CI job
      calibrant check .github/workflows/release.yml      a workflow of GitHub Actions
    """
    from calibrant.cli.check import check as command

    return command(**options)


@root.command()
@PATHS
@click.option("--input", "inputs", multiple=True, metavar="NAME=VALUE", help="Give an input a value; may be repeated.")
@click.option(
    "--resume",
    type=click.Choice(["full", "partial"]),
    default="full",
    show_default=True,
    help="full: run everything afresh. partial: use recorded outputs that still hold.",
)
@click.option("--live", is_flag=True, help="Really write and send. Without it, outside writes are only rehearsed.")
@click.option("--trust", is_flag=True, help="Let this run execute the workflow's commands, with or without a sandbox.")
@click.option(
    "--on-fatal",
    type=click.Choice(["isolate", "stop"]),
    help="After a failed login, connection or condition: isolate what it touches and go on, or stop.",
)
@click.option("--details", is_flag=True, help="Also show technical details, such as the last lines of a command.")
@click.option("--format", "style", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
def calibrate(**options: Any) -> int:
    """Run workflows once, go on past every failure, and collect every issue.

    Files of GitHub Actions are checked, and are not run yet.

    Files are written in a private copy, outside writes are rehearsed, and commands run only in a workspace that you
    trust (`calibrant trust`, or --trust for one run).

    \b
    Examples:
      calibrant calibrate reports.workflow.yaml --input team=ops
      calibrant calibrate . --format sarif > calibrant.sarif
    """
    from calibrant.cli.calibrate import calibrate as command

    return command(**options)


@root.command()
@click.argument("path", type=click.Path(path_type=Path, readable=False))
@click.option("--safe", is_flag=True, help="Apply the best safe fix of each issue.")
@click.option("--fix", "ids", multiple=True, metavar="ID", help="Apply the fix with this id; may be repeated.")
@click.option("--keep", is_flag=True, help="With --fix: apply it although it does not hold.")
@click.option(
    "--session", metavar="ID", help="With --keep: put a change back that was rolled back, or keep one unverified."
)
@click.option("--trust", is_flag=True, help="Let the runs that find and verify execute the workflow's commands.")
@click.option("--dry-run", is_flag=True, help="Print what would change as a diff, and change nothing.")
def fix(**options: Any) -> int:
    """Repair a workflow file: run it, apply fixes, keep those that a second run proves.

    Without --safe or --fix it lists the fixes on offer with their ids. The file is backed up first; `calibrant rollback`
    takes a fix back.

    \b
    Examples:
      calibrant fix reports.workflow.yaml                      what could be fixed
      calibrant fix reports.workflow.yaml --safe --dry-run     what --safe would change
      calibrant fix reports.workflow.yaml --fix 3f2a9c01b7d4   one fix of the list
      calibrant fix reports.workflow.yaml --fix 3f2a9c01b7d4 --keep     the same, although it does not hold
      calibrant fix .github/workflows/ci.yml --safe            a file that is checked, and not run
    """
    from calibrant.cli.fix import fix as command

    return command(**options)


@root.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--session", metavar="ID", help="Take back this session; without it, the newest that stands.")
@click.option("--whole", is_flag=True, help="Where the file was edited in the same place since: restore all of it.")
def rollback(**options: Any) -> int:
    """Take back what `calibrant fix` changed in a workflow file; later edits elsewhere in it stay."""
    from calibrant.cli.taking_back import rollback as command

    return command(**options)


@root.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="How many entries to show."
)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def history(**options: Any) -> int:
    """Show runs and fixes, newest first: what was found, applied, verified, kept or rolled back, and what answers what.

    PATH: a workflow file, which need not be there any longer, or a folder, for all files of its workspace.
    """
    from calibrant.cli.history import history as command

    return command(**options)


@root.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="[DIR]")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def toolchains(**options: Any) -> int:
    """Show with which tools DIR and the projects in it are built, and how that is known. Reads only; no tool is started.

    For each project: the ecosystem and its manager, how sure that is (0 to 1) and by what evidence, which version of the
    language is asked for and which is found, where packages are installed, and what to call for installing, tests, lint,
    types, build and format as the project configures it. What contradicts what is told too.

    \b
    Examples:
      calibrant toolchains                            this folder
      calibrant toolchains services/api               one project of a monorepo
      calibrant toolchains --format json | jq -r '.[] | .root + ": " + .manager'

    Exit status: 0, also where nothing is found; 2 where DIR is not there or cannot be read.
    """
    from calibrant.cli.toolchains import toolchains as command

    return command(**options)


@root.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="[DIR]")
@click.option(
    "--as",
    "form",
    type=click.Choice(["native", "actions"]),
    default="native",
    show_default=True,
    help="A workflow of Calibrant's own language, or of GitHub Actions.",
)
@click.option("--name", default="checks", show_default=True, help="What the file is called, without its ending.")
@click.option("--dry-run", is_flag=True, help="Print the workflow; write nothing.")
def init(**options: Any) -> int:
    """Write a workflow to begin with: the validations that DIR is set up for, a step each.

    What is in it comes from the toolchains found in DIR (see ‘calibrant toolchains’): linters, type checkers, tests and
    builds as the projects configure them; examples and test data are left out. A file that is there already is left as it
    is, and no tool is started. A workflow of GitHub Actions is written at the top of the repository, where GitHub looks.

    \b
    Examples:
      calibrant init                       checks.workflow.yaml in this folder
      calibrant init --as actions          .github/workflows/checks.yml in the repository
      calibrant init services --dry-run    only look at what would be written

    Exit status: 0; 2 where the file is there already or cannot be written.
    """
    from calibrant.cli.init import init as command

    return command(**options)


@root.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="[DIR]")
@click.option("--revoke", is_flag=True, help="Take the trust back.")
def trust(**options: Any) -> int:
    """Trust the workspace of DIR: its workflows may run commands (in a sandbox) and reach the network."""
    from calibrant.cli.state import trust as command

    return command(**options)


@root.command()
@click.argument("code")
def explain(**options: Any) -> int:
    """Explain an issue code: why it matters, a wrong and a right example, how to mend it."""
    from calibrant.cli.texts import explain as command

    return command(**options)


@root.command()
def schema() -> int:
    """Print the JSON Schema of native workflow files, for other YAML tools."""
    from calibrant.cli.texts import schema as command

    return command()


@root.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="[DIR]")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def doctor(**options: Any) -> int:
    """Show how Calibrant is set up here, what does not work, and how far each kind of repair is trusted."""
    from calibrant.cli.doctor import doctor as command

    return command(**options)


@root.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="[DIR]")
@click.option("--all", "everything", is_flag=True, help="Forget every workspace, not only that of DIR.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def clean(**options: Any) -> int:
    """Forget recorded runs, outputs, trust and backups of a workspace: no fix can be taken back then.

    Workflow files are not touched.
    """
    from calibrant.cli.state import clean as command

    return command(**options)


@root.command()
@click.option("--stdio", is_flag=True, help="Speak over stdin and stdout (the only way, and the default).")
def serve(stdio: bool) -> int:
    """Start the language server, for editors."""
    del stdio
    from calibrant.app import serve as command

    return command()


@root.command(hidden=True)
def worker() -> int:
    """Run one request from stdin."""
    from calibrant.app import run_worker

    return run_worker()


def main() -> int:
    """Read the command line and run what it says; returns the exit status."""
    try:
        status = root.main(prog_name="calibrant", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return status if isinstance(status, int) else 0
