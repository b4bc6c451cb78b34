"""The commands of scripts: which there are, where exactly, in which folder, and whether they are certain to matter."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.expressions.actions import find_braces
from calibrant.model.text import Span
from calibrant.syntax.shell import LONGEST, Command, commands


def read(script: str) -> tuple[Command, ...]:
    """Return a script's commands, GitHub's braces being unknown."""
    return commands(script, [Span(one.start, one.end) for one in find_braces(script)])


def said(command: Command) -> str:
    """Return a command's words, “…” for those that only the run knows."""
    return " ".join("…" if one.text is None else one.text for one in command.words)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("CI=1 npm test && yarn", ["npm test", "yarn"]),
        ("pip install -r \"a b.txt\" 'c'd\\ e \\\n  -c x # z", ["pip install -r a b.txt cd e -c x"]),
        ("cat <<EOF > out.txt\nnpm test\nEOF\nnpm ci", ["cat", "npm ci"]),
        ("cat <<'EOF'\n$(npm test)\nEOF", ["cat"]),
        ("echo $(npm bin) `yarn bin`", ["echo … …", "npm bin", "yarn bin"]),
        ("npm run $X \"$Y\" '$Z' a$B *.js ~/x {a,b} x{1..3} a[1] @{u} {}", ["npm run … … $Z … … … … … a[1] @{u} {}"]),
        ("npm run ${{ matrix.task }} -- x", ["npm run … -- x"]),
        ("npm run a-${{ matrix.task }}-b", ["npm run …"]),
        ("make all > log 2>&1 CC=gcc", ["make all CC=gcc"]),
        ("time -p npm ci < x | tee log", ["time -p npm ci", "tee log"]),
        ("case $x in\n a) npm ci;;\n *) yarn;;\nesac", ["npm ci", "yarn"]),
        ("[[ $(git diff) ]] && npm ci", ["git diff", "npm ci"]),
        ("X=$(npm bin)\nexport Y=$(yarn bin)", ["npm bin", "yarn bin"]),
        ("diff <(npm ls) b", ["diff … b", "npm ls"]),
        ("echo 'äöü€😀'; npm ci", ["echo äöü€😀", "npm ci"]),
        ('echo "a\\"b\\$c\\d" $\'a\\n\' 5$', ['echo a"b$c\\d … 5$']),
        ("# npm ci\n", []),
        ("", []),
    ],
)
def test_words(script: str, expected: list[str]) -> None:
    assert [said(command) for command in read(script)] == expected


def test_spans_are_exact() -> None:
    script = "é=1 X=2 npm  run 'a b' > ü.log && yarn"
    first, second = read(script)
    assert script[first.span.start : first.span.end] == "é=1 X=2 npm  run 'a b' > ü.log"[first.span.start :]
    assert [script[one.span.start : one.span.end] for one in first.words[-3:]] == ["npm", "run", "'a b'"]
    assert script[second.span.start : second.span.end] == "yarn"
    assert [(target.word.text, target.writes) for target in first.targets] == [("ü.log", True)]


@pytest.mark.parametrize(
    ("script", "folders"),
    [
        ("cd web && npm ci\nnpm test", ["web", "web"]),
        ("cd web/../api/\nnpm ci; cd ..; npm test", ["api", "."]),
        ("cd /tmp/x; npm ci", ["/tmp/x"]),
        ("cd $X; npm ci; cd a; npm ci", [None, None]),
        ("cd ${{ inputs.x }}; npm ci", [None]),
        ("(cd web && npm ci); npm test", ["web", "."]),
        ("cd a | npm ci", ["."]),
        ("cd a & npm ci", ["."]),
        ("pushd a; npm ci; popd; npm test", ["a", "."]),
        ("pushd a; pushd b; npm ci; popd +1; npm test", ["a/b", None]),
        ("cd a || exit 1; npm ci", ["a"]),
        ("cd a || cd b; npm ci", [None]),
        ("cd a || { echo no; exit 1; }\nnpm ci", ["a"]),
        ("[ -d a ] && cd a; npm ci", [None]),
        ("test -d a && npm ci; npm test", [".", "."]),
        ("mkdir a && cd a; npm ci", ["a"]),
        ("if x; then cd a; npm ci; fi; npm test", ["a", None]),
        ("if x; then cd a; else cd a; fi; npm test", ["a"]),
        ("for x in a b; do cd $x; npm ci; cd ..; done; npm test", [None, None]),
        ("for x in a b; do (cd $x; npm ci); done; npm test", [None, "."]),
        ("for x in a b; do npm ci; cd d; done", [None]),
        ("f() { cd x; npm ci; }; f; npm test", [None, None]),
        ("f() { npm ci; }; f; npm test", [None, "."]),
        ("case $x in a) cd a;; esac; npm ci", [None]),
        ("source venv/bin/activate; npm ci; . ./env.sh; npm test", [".", None]),
        ("cd; npm ci", [None]),
        ("cd -; npm ci", [None]),
        ("cd 'a b' >/dev/null; npm ci", ["a b"]),
        ("{ cd a; npm ci; } ; npm test", ["a", "a"]),
        ("if ! cd a; then npm ci; fi", ["a"]),
        ("case $x in a) npm ci;; esac; npm test", [".", "."]),
        ("sudo env -C web npm ci", ["web"]),
    ],
)
def test_folders(script: str, folders: list[str | None]) -> None:
    assert [one.plain.cwd for one in read(script) if one.plain.name == "npm"] == folders


@pytest.mark.parametrize(
    ("script", "certain"),
    [
        ("npm ci\nnpm test", [True, True]),
        ("npm ci || true", [False]),
        ("yarn || npm ci", [False]),
        ("yarn && npm ci", [True]),
        ("[ -f x ] && npm ci; npm test", [False, True]),
        ("command -v npm && npm ci", [False]),
        ("! npm ci", [False]),
        ("if npm ci; then npm test; fi; npm run x", [False, False, True]),
        ("for x in a; do npm ci; done", [False]),
        ("f() { npm ci; }", [False]),
        ("npm() { :; }\nnpm ci", [False]),
        ("set +e\nnpm ci\nset -e\nnpm test", [False, True]),
        ("set +o errexit; npm ci", [False]),
        ("exit 0; npm ci", [False]),
        ("npm ci | tee x", [True]),
        ("echo $(npm ci)", [False]),
        ("(set +e; npm ci); npm test", [False, True]),
        ("npm ci ; if", [False]),
        ("case x in a) npm ci;; esac", [False]),
        ("npm ci && yarn || npm test", [False, False]),
        ("while npm ci; do :; done", [False]),
    ],
)
def test_certain(script: str, certain: list[bool]) -> None:
    assert [one.certain for one in read(script) if one.name == "npm"] == certain


@pytest.mark.parametrize(
    ("script", "plain", "unwrapped"),
    [
        ("sudo -E -u me A=b npm ci", "npm ci", "npm ci"),
        ("env -u X A=b time -p npx -y tsc -p .", "npx -y tsc -p .", "tsc -p ."),
        ("uv run --python 3.12 --with x -- pytest -q", "uv run --python 3.12 --with x -- pytest -q", "pytest -q"),
        ("poetry -C api run pytest", "poetry -C api run pytest", "pytest"),
        ("poetry install", "poetry install", "poetry install"),
        ("xvfb-run -a --server-args='-s 0' npm test", "npm test", "npm test"),
        ("timeout -k 5 60 bundle exec rspec", "bundle exec rspec", "rspec"),
        ("command -v npm", "command -v npm", "command -v npm"),
        ("corepack enable", "corepack enable", "corepack enable"),
        ("corepack pnpm install", "corepack pnpm install", "pnpm install"),
        ("npm exec -- eslint .", "npm exec -- eslint .", "eslint ."),
        ("npm run exec", "npm run exec", "npm run exec"),
        ("sudo $X npm", "sudo … npm", "sudo … npm"),
        ("exec ./gradlew check", "./gradlew check", "./gradlew check"),
        ("npx -c 'a b'", "npx -c a b", "npx -c a b"),
        ("sudo", "sudo", "sudo"),
        ("env", "env", "env"),
        ("nice -n 5 nice make", "make", "make"),
    ],
)
def test_wrappers(script: str, plain: str, unwrapped: str) -> None:
    (command,) = read(script)
    assert said(command.plain) == plain
    assert said(command.unwrapped) == unwrapped


PIECES = st.sampled_from(
    [
        *"\"'`();|\n#\\é\r\0\ufdd0\ud800~*&<>",
        *("npm ci", "cd ", "a/..", "$X", "$(", "{ ", "; }", "&&", "||", "<<E", "\nE\n", "f() ", "[ ", "]", "[[ ", "]]"),
        *(
            "if ",
            "then ",
            "fi",
            "for x in ",
            "do ",
            "done",
            "case ",
            "esac",
            "> f",
            "2>&1",
            "${{ x }}",
            "sudo ",
            "env ",
        ),
        *("A=b ", "-C", "popd", "set +e"),
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=200))
def test_never_raises_and_spans_lie_in_the_script(script: str) -> None:
    for command in read(script):
        assert 0 <= command.span.start <= command.span.end <= len(script)
        for one in (*command.words, *command.plain.words, *command.unwrapped.words):
            assert 0 <= one.span.start < one.span.end <= len(script)


@pytest.mark.parametrize(
    "part",
    [
        *("(", "$(", "if a; then ", "a && ", "a | ", "{ ", "a; ", '"$(', "! ", "sudo ", "<<E ", "cd a; "),
        *(")", "\0", ">", ">&", "((", "(({", "function f()", "case x in ", "\\\nsudo done;[["),
    ],
)
def test_deep_and_long_scripts_end(part: str) -> None:
    for count in (500, LONGEST // len(part), LONGEST):
        read(part * count + "npm ci")
    assert sys.getrecursionlimit() >= len(read(part))
