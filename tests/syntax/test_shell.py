"""Scripts: what is wrong is told on its characters, and nothing is said of what a shell reads."""

import random
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.model.text import Span
from calibrant.syntax.shell import Dialect, ShellProblem, shell_problems

HOLE = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
TOKEN = re.compile(r"\b(?:if|then|else|elif|fi|for|do|done|case|esac|in|while|until)\b|;;|[\"'`(){}\[\];&|<>#\\$\n]")
FOLDERS = ("/usr/bin", "/usr/sbin", "/usr/lib/git-core", "/usr/share/bash-completion/completions", "/var/lib/dpkg/info")
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None or sys.platform != "linux", reason="!!! there is no bash to compare with")


def problems(script: str, dialect: Dialect = "bash") -> tuple[ShellProblem, ...]:
    return shell_problems(script, dialect, [Span(*found.span()) for found in HOLE.finditer(script)])


WRONG = [
    ("echo don«'»t stop", "quote ‘'’ is opened here"),
    ('echo «"»unfinished', 'quote ‘"’ is opened here'),
    ('x=«"»one\ny="two"\necho "$x"\n', 'quote ‘"’ is opened here'),
    ("x=«$(»date", "‘$(’ is opened here"),
    ("x=«${»HOME", "‘${’ is opened here"),
    ("x=$«`»date", "quote ‘`’ is opened here"),
    ("x=«$((»1 + 2", "‘$((’ is opened here"),
    ("«(»cd x; make", "‘(’ is opened here"),
    ("list=«(»a b", "‘(’ is opened here"),
    ("«if» true; then\n  echo\n", "‘if’ has no ‘fi’"),
    ("if true\n  echo\n«fi»\n", "‘if’ before it still waits for ‘then’"),
    ("«if» true\n  echo\n", "‘if’ has no ‘then’"),
    ("«while» true; do\n  echo\n", "‘while’ has no ‘done’"),
    ("«for» x in a b do\n  echo\ndone", "‘for’ has no ‘do’"),
    ("if true; then\n  echo\n«done»\n", "‘if’ before it still waits for ‘fi’"),
    ("echo\n«fi»\n", "no ‘if’ is open"),
    ("echo a «)»", "no ‘(’ is open"),
    ("f() {\n  if x; then\n    echo\n«}»\n", "‘if’ before it still waits for ‘fi’"),
    ("if true; then «;» fi", "‘;’ cannot stand here"),
    ("if true; then\n  # nothing\n«fi»", "No command stands between ‘then’ and ‘fi’"),
    ("make «&&»\n", "No command stands behind ‘&&’"),
    ("make\n«&&» echo", "‘&&’ cannot stand here"),
    ("echo foo«(»bar)", "‘(’ cannot stand here"),
    ("make «>»\n", "Nothing stands behind ‘>’"),
    ("make «2>» | cat", "Nothing stands behind ‘2>’"),
    ("«[[» -f x ]; then echo; fi", "not closed before ‘;’"),
    ("if [[ -f x ]]; then echo; fi «echo» x", "‘echo’ cannot stand here"),
    ("«case» x in\n a) echo ;;\n", "‘case’ has no ‘esac’"),
    ("if true; then\n  cat «<<EOF»\n  text\n  EOF\nfi", "This here-document has no end"),
    ("cat «<<EOF»\n text\n  EOF\necho", "This here-document has no end"),
]


@pytest.mark.parametrize(("marked", "message"), WRONG)
def test_what_is_wrong_is_told_on_its_characters(marked: str, message: str) -> None:
    script = marked.replace("«", "").replace("»", "")
    (found,) = problems(script)
    assert message in found.message
    assert (found.start, found.end) == (marked.index("«"), marked.index("»") - 1)
    assert bash_complains(script)


RIGHT = [
    "if [[ $x =~ ^(a|b)[[:space:]]+$ ]] then echo; fi",
    "for ((i = 0; i < 3; i++)); do echo $i; done",
    "for ((i = 0; i < 3; i++)) { echo $i; }",
    "case $x in (a|b) echo;; *) echo; esac",
    "cat <<A <<'B' && echo\n$(unclosed\nA\n`\"'\nB\n",
    "cat <<-EOF\n\ttext\n\tEOF\necho it\\'s",
    "x=$((1 << 2)); y=$( (cd a; ls) ); z=$((cd a); ls)",
    'echo "${x:-"a b"}" ${y#\'} \'} "${z:-$(echo \')\')}"',
    "a=(1 # one (\n 'two' $(three))\n",
    "diff <(sort a) <(sort b) > >(tee c)",
    "echo a#b '#' \\# $# ${#x} # it's a comment",
    "f() ( echo ); function g { echo; }; function h() { echo; }",
    "! true | time -p cat && { echo; } 2>&1 | (cat)",
    "echo if then fi done esac } do { case in",
    "while read -r x\ndo echo\ndone < <(ls) | sort\n",
    "a[1 + 2]=3; a[$i]=4; b+=(c)",
    "select x in a b; do break; done",
    "echo $'it\\'s' $\"text\" \"$'\"",
    "[ -f x ] &&\n  # comment\n  echo || exit 1",
    "until false; do break; done; if true; then :; elif false; then :; else :; fi",
    "done\\\n=1\necho; for x in 1; do echo; done\\\n | cat",
]


@pytest.mark.parametrize("script", RIGHT)
def test_nothing_is_said_of_what_bash_reads(script: str) -> None:
    assert not bash_complains(script)
    assert problems(script) == ()


UNKNOWN = [
    "${{ inputs.command }}",
    "if ${{ inputs.test }}; then ${{ inputs.command }} fi",
    "${{ inputs.before }}\nfi",
    "if true; then\n${{ inputs.rest }}",
    "echo ${{ a }}(${{ b }})",
    "cat <<${{ a }}\ntext\n${{ a }}",
    "cat <<EOF\n${{ inputs.all }}\n",
    "for x in ${{ a }}; do echo ${{ a }}=${{ b }}; done",
    "case ${{ a }} in ${{ b }}) ;; *) ${{ c }}\nesac",
    "x=${{ a }} ${{ b }} > ${{ c }} 2>${{ d }} <<<${{ e }}",
    "(( ${{ a }} > 3 )) && [[ ${{ b }} == c && ${{ d }} ]] && echo $((${{ e }} + 1)) ${x:${{ f }}}",
    "x=(${{ a }})\n${{ b }}() { :; }",
    "echo '${{ contains(a, '\"') }}' \"${{ format('it''s') }}\"",
    "if x; then ${{\n  a && 'b'\n  || 'c' }}\nfi",
]


@pytest.mark.parametrize("script", UNKNOWN)
@pytest.mark.parametrize("dialect", ["sh", "bash"])
def test_what_only_the_run_knows_makes_nothing_wrong(script: str, dialect: Dialect) -> None:
    assert problems(script, dialect) == ()


def test_what_is_wrong_beside_unknown_text_is_told() -> None:
    (found,) = problems('echo "${{ a }}\n')
    assert (found.start, found.end) == (5, 6)
    (found,) = problems("echo ${{ a }}\nif true; then echo ${{ b }}\n")
    assert found.message == "‘if’ has no ‘fi’."


def test_extended_patterns_may_be_switched_on() -> None:
    assert problems("shopt -s extglob\nrm !(a|b) *.@(c|d*(e))") == ()


def test_what_plain_shells_read_otherwise_is_left_alone() -> None:
    for script in ("[[ a", "x=$'a", 'echo "${x:-it\'s}"', "function f echo", "alias begin=if; begin true; then :; fi"):
        assert problems(script, "sh") == ()


@cache
def corpus() -> tuple[Path, ...]:
    """Every script of the folders above that begins as one for sh or bash, or that completes words for bash."""
    found: list[Path] = []
    for folder in map(Path, FOLDERS):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_file() and path.stat().st_size < 100_000:
                with path.open("rb") as file:
                    head = file.read(40).split(b"\n")[0]
                if re.match(rb"#! ?(?:/usr)?/bin/(?:env )?(?:ba|da)?sh\b", head) or folder.name == "completions":
                    found.append(path)
    return tuple(found)


def bash_complains(script: str) -> bool:
    return any(line and "warning" not in line for line in told(script, "bash").splitlines()) or (
        "here-document" in told(script, "bash")
    )


def told(script: str, shell: str) -> str:
    """Return what a shell itself says of a script that it reads and does not run."""
    done = subprocess.run([shell, "-n"], input=script.encode(), capture_output=True, timeout=20)
    return done.stderr.decode("utf-8", "replace") or ("failed" if done.returncode else "")


def test_scripts_of_this_machine_are_read() -> None:
    seen = 0
    for path in corpus():
        try:
            script = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        seen += 1
        for dialect in ("sh", "bash"):
            found = shell_problems(script, dialect)
            assert found == () or bash_complains(script), f"{path}: {found}"
    assert seen >= 20, "too few scripts to tell anything"


def test_no_mistake_is_told_that_bash_does_not_see_and_most_are_told() -> None:
    chance = random.Random(20)
    scripts = [path.read_text(encoding="utf-8", errors="replace") for path in corpus()]
    wrong = right = told_of = 0
    for _ in range(500):
        lines = chance.choice(scripts).split("\n")
        start = chance.randrange(len(lines))
        script = planted("\n".join(lines[start : start + chance.randint(5, 40)]), chance)
        found = [one for one in shell_problems(script, "bash") if one.severity == "error"]
        if bash_complains(script):
            wrong += 1
            told_of += bool(found)
        else:
            right += 1
            assert not found, f"{found}\n{script}"
    assert wrong > 100 < right
    assert told_of / wrong > 0.85


def test_in_a_plain_shell_both_bash_and_dash_must_see_the_mistake() -> None:
    if shutil.which("dash") is None:
        pytest.skip("!!! there is no dash to compare with")
    chance = random.Random(4)
    scripts = [
        path.read_text(encoding="utf-8", errors="replace") for path in corpus() if "completions" not in str(path)
    ]
    for _ in range(300):
        lines = chance.choice(scripts).split("\n")
        start = chance.randrange(len(lines))
        script = planted("\n".join(lines[start : start + chance.randint(5, 40)]), chance)
        if any(one.severity == "error" for one in shell_problems(script, "sh")):
            assert told(script, "bash"), script
            assert told(script, "dash"), script


def planted(script: str, chance: random.Random) -> str:
    """Return the script with one token left out, doubled, or put in the place of another."""
    places = list(TOKEN.finditer(script))
    if not places:
        return script
    at, other = chance.choice(places), chance.choice(places)
    new = chance.choice(("", "", at[0] * 2, other[0]))
    return script[: at.start()] + new + script[at.end() :]


SIGNS = r"""( ) ;; ; & && | || $( ${ ` ' " \ # [[ ]] $(( )) <<E E << > ="""
KEYWORDS = "if then elif else fi for x in do done case esac while { }"
WORDS = st.sampled_from([*KEYWORDS.split(" "), *SIGNS.split(" "), "\n"])


@given(st.lists(WORDS, max_size=40), st.sampled_from(["sh", "bash"]))
def test_nothing_raises_and_places_are_in_the_script(words: list[str], dialect: Dialect) -> None:
    for joined in (" ".join(words), "".join(words)):
        for found in shell_problems(joined, dialect):
            assert 0 <= found.start < found.end <= len(joined)


OPENERS = [
    "$(",
    "(",
    "{ ",
    "$((",
    "${x:-",
    "if ",
    "x=(",
    "f() ",
    "! ",
    "time ",
    "x[ ",
    "!(",
    "<(",
    "((",
    "`",
    "case x in (",
    "[[ (",
]


def test_deep_nesting_is_given_up() -> None:
    for opener in OPENERS:
        assert len(shell_problems(opener * 5000, "bash")) <= 1
        assert len(shell_problems("echo $(" * 30 + opener * 200, "bash")) <= 1
        assert len(shell_problems(f"{opener}a ) ; " * 5000, "bash")) <= 1
