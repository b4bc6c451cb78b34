"""Variables in scripts: run by the real shells, whatever they hold is text; where it would be code, none is offered."""

import os
import subprocess
from pathlib import Path

import pytest

from calibrant.expressions.actions import find_braces
from calibrant.repairs.actions.scripts import by_variable, is_quoted_alike, outer

EVIL = """$(touch pwned) `touch pwned` "; touch pwned; echo " ' && touch pwned # * ~ \\"""


def mended(language: str, script: str) -> str | None:
    """Return a script with a variable in place of its expressions, None where none can stand there."""
    places = [(braces.start, braces.end) for braces in find_braces(script)]
    written = by_variable(language, script, places, "X")
    if written is None:
        return None
    for place, text in sorted(zip(places, written, strict=True), reverse=True):
        start, end = outer(language, script, place, text)
        script = script[:start] + text + script[end:]
    return script


@pytest.mark.parametrize("shell", ["bash", "sh"])
@pytest.mark.parametrize(
    "script",
    [
        "echo ${{ x }}",
        'echo "${{ x }}"',
        'echo "a${{ x }}b"',
        "echo a${{ x }}b",
        'V=${{ x }}\necho "$V"',
        '# it is ${{ x }}\necho "${{x}}"',
        "cat <<END\n  ${{ x }}\nEND",
        'echo "$(echo ${{ x }})"',
        'if [ "${{ x }}" = "" ]; then echo none; else echo ${{ x }}; fi',
        "echo 'quoted' ${{ x }} 'again'",
        "echo \\\n  ${{ x }}",
        'echo "first\nsecond ${{ x }}"',
        "case ${{ x }} in *) echo ${{ x }};; esac",
    ],
)
def test_whatever_a_variable_holds_is_text(shell: str, script: str, tmp_path: Path) -> None:
    after = mended(shell, script)
    assert after is not None
    assert "${{" not in after
    env = {"PATH": os.environ["PATH"], "X": EVIL}
    done = subprocess.run([shell, "-c", after], env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert EVIL.split("\\")[0] in done.stdout
    assert list(tmp_path.iterdir()) == [], "nothing of it was run"


@pytest.mark.parametrize(
    ("language", "script"),
    [
        ("bash", "echo '${{ x }}'"),
        ("bash", "cat <<'END'\n${{ x }}\nEND"),
        ("bash", 'bash -c "echo ${{ x }}"'),
        ("bash", 'bash -ec "\n  echo ${{ x }}\n"'),
        ("bash", "eval echo ${{ x }}"),
        ("bash", 'ssh host echo "${{ x }}"'),
        ("bash", "ssh host <<END\necho ${{ x }}\nEND"),
        ("bash", "cat <<END | sh\necho ${{ x }}\nEND"),
        ("bash", "python3 -c \"print('${{ x }}')\""),
        ("bash", 'sudo docker exec -i c \\\n  sh -c "echo ${{ x }}"'),
        ("bash", "echo $(( ${{ x }} + 1 ))"),
        ("bash", "echo \\${{ x }}"),
        ("powershell", "Write-Host '${{ x }}'"),
        ("powershell", 'Invoke-Expression "${{ x }}"'),
        ("powershell", "# ${{ x }}"),
        ("powershell", "$v = @'\n${{ x }}\n'@"),
        ("python", "print('${{ x }}')"),
        ("python", "import os\nprint('a ${{ x }}')"),
        ("python", "import os\nprint(f'${{ x }}')"),
        ("python", "import os\nprint(''' ${{ x }} ''')"),
        ("javascript", "f(${{ x }})"),
        ("javascript", "f('a ${{ x }}')"),
        ("cmd", "echo ${{ x }}"),
        ("", "echo ${{ x }}"),
    ],
)
def test_no_variable_stands_where_it_would_be_code_or_plain_characters(language: str, script: str) -> None:
    assert mended(language, script) is None


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("bash", 'echo "${{ x }}_1 ${{ x }}"', 'echo "${X}_1 $X"'),
        ("bash", "echo a-${{ x }}.txt", 'echo a-"$X".txt'),
        ("powershell", 'Write-Host "${{ x }}: ${{ x }}"', 'Write-Host "${env:X}: $env:X"'),
        ("powershell", "Write-Host ${{ x }}", "Write-Host $env:X"),
        ("python", "import os\nprint('${{ x }}', \"${{ x }}\")", 'import os\nprint(os.environ["X"], os.environ["X"])'),
        ("javascript", "f('${{ x }}', `a ${{ x }}`)", "f(process.env.X, `a ${process.env.X}`)"),
    ],
)
def test_it_is_written_in_the_way_of_the_language(language: str, before: str, after: str) -> None:
    assert mended(language, before) == after


def test_what_the_shell_takes_as_one_text_already_stays_what_it_is() -> None:
    assert is_quoted_alike("bash", 'echo "${{ x }}"', [(6, 14)])
    assert not is_quoted_alike("bash", "echo ${{ x }}", [(5, 13)])
    assert not is_quoted_alike("bash", 'jq ".a = ${{ x }}"', [(9, 17)])
    assert not is_quoted_alike("powershell", '"${{ x }}"', [(1, 9)])
