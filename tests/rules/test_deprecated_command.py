"""What is proposed in place of an old command says the same: both are run, and what the runner would take of them compared."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from calibrant import connectors, dialects, rules
from calibrant.model.issue import Finding

HEAD = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
TOLD = re.compile(
    r"^::(?:set-output|save-state|set-env|add-path)(?: name=(?P<name>[^:]*))?::(?P<value>.*)$", re.MULTILINE
)


def findings(script: str, more: str = "") -> list[Finding]:
    text = HEAD + "".join(f"          {line}\n" for line in script.split("\n")) + more
    workflow = dialects.read(".github/workflows/a.yml", text)
    assert workflow is not None
    return [one for one in rules.check(workflow, connectors.specs()).findings if one.code == "deprecated-command"]


REWRITTEN = [
    ('echo "::set-output name=version::1.2"', 'echo "version=1.2" >> "$GITHUB_OUTPUT"'),
    ('echo "::set-output name=a::$(echo "b  c")"', 'echo "a=$(echo "b  c")" >> "$GITHUB_OUTPUT"'),
    ("echo '::save-state name=pid::$HOME \"x\"'", 'echo \'pid=$HOME "x"\' >> "$GITHUB_STATE"'),
    ("echo ::set-env name=CC::gcc", 'echo CC=gcc >> "$GITHUB_ENV"'),
    ("echo ::set-output name=sum::$((1 + 2))", 'echo sum=$((1 + 2)) >> "$GITHUB_OUTPUT"'),
    ('echo "::add-path::$HOME/bin"', 'echo "$HOME/bin" >> "$GITHUB_PATH"'),
    (
        'echo "::set-output name=u::${USER:-nobody} is \\"it\\""',
        'echo "u=${USER:-nobody} is \\"it\\"" >> "$GITHUB_OUTPUT"',
    ),
    ('echo "::set-output name=empty::"', 'echo "empty=" >> "$GITHUB_OUTPUT"'),
]


@pytest.mark.skipif(shutil.which("bash") is None, reason="!!! there is no bash to compare with")
@pytest.mark.parametrize(("old", "new"), REWRITTEN, ids=[old for old, _ in REWRITTEN])
@pytest.mark.parametrize("around", ["{}", "true && {}; true", "x=1\n{}\ntrue", "if true; then\n  {}\nfi", "(cd /; {})"])
def test_what_is_proposed_says_the_same(around: str, old: str, new: str, tmp_path: Path) -> None:
    script = around.format(old)
    (finding,) = findings(script)
    assert (finding.evidence["old"], finding.evidence["new"]) == (old, new)
    told = run(script, tmp_path)[0]
    taken = run(script.replace(old, new), tmp_path)[1]
    expected = [
        match["value"] if match["name"] is None else f"{match['name']}={match['value']}"
        for match in TOLD.finditer(told)
    ]
    assert taken.splitlines() == expected
    assert len(expected) == 1


def run(script: str, folder: Path) -> tuple[str, str]:
    """Return what a script prints, and what it writes into the files of the runner."""
    file = folder / "told"
    file.write_text("", encoding="utf-8")
    names = ("GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_ENV", "GITHUB_PATH")
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/home/x", **dict.fromkeys(names, str(file))}
    done = subprocess.run(
        ["bash", "-e", "-c", script], capture_output=True, text=True, env=environ, timeout=20, check=True
    )
    return done.stdout, file.read_text(encoding="utf-8")


KEPT = [
    'echo "::set-output name=a::x%0Ay"',
    "echo ::set-output name=a::x y",
    'echo "::set-output name=a::x" "y"',
    'echo "::set-output name=a::x" | cat',
    "echo ::set-output name=a::$(date",
    'printf "::set-output name=a::%s\\n" x',
    'echo -e "::set-output name=a::x"',
    'echo "::set-output name=a b::x"',
    "echo ::set-output name=a::~/x",
]


@pytest.mark.parametrize("script", KEPT)
def test_nothing_is_proposed_where_it_would_say_something_else(script: str) -> None:
    for finding in findings(script):
        assert "new" not in finding.evidence, finding.evidence


def test_nothing_is_proposed_for_other_shells() -> None:
    (finding,) = findings('echo "::set-output name=a::x"', "        shell: pwsh\n")
    assert "new" not in finding.evidence
    assert finding.evidence["shell"] == "powershell"


NONE = [
    "echo 'see ::set-output name=x::y'",
    "# echo '::set-output name=x::y'",
    "echo set-output name=x::y",
    "grep ::set-env x",
]


@pytest.mark.parametrize("script", NONE)
def test_words_are_no_commands(script: str) -> None:
    assert findings(script) == []
