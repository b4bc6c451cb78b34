"""Workflows of GitHub Actions that are written to do harm: what they take to check grows with them, not with their square."""

import pytest

from calibrant import connectors, dialects, rules
from calibrant.model.issue import Finding

STEPS = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"


def script(line: str) -> str:
    return f"{STEPS}      - run: |\n          {line}\n"


def condition(expression: str) -> str:
    return f"{STEPS}      - if: ${{{{ {expression} }}}}\n        run: echo\n"


def matrix(size: int) -> str:
    row = ", ".join(f"v{at}" for at in range(size))
    gone = "".join(f"          - {{os: v{at}}}\n" for at in range(size))
    return f"on: push\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix:\n        os: [{row}]\n        exclude:\n{gone}"


def ring(size: int) -> str:
    jobs = (f"  j{at}: {{needs: j{(at + 1) % size}, runs-on: x, steps: [{{run: echo}}]}}\n" for at in range(size))
    return f"on: push\njobs:\n{''.join(jobs)}"


def everyone(size: int) -> str:
    needs = ", ".join(f"j{at}" for at in range(size))
    jobs = (f"  j{at}: {{needs: [{needs}], runs-on: x, steps: [{{run: echo}}]}}\n" for at in range(size))
    return f"on: push\njobs:\n{''.join(jobs)}"


def bomb(doublings: int) -> str:
    lines = ["  A: &b0 {x: 1}"]
    lines += [f"  B{at}: &b{at} {{p: *b{at - 1}, q: *b{at - 1}}}" for at in range(1, doublings)]
    last = f"*b{doublings - 1}"
    step = f"{{run: 'echo ${{{{ matrix.x.p }}}}', env: {last}, with: {last}}}"
    job = f"    strategy: {{matrix: {{x: {last}}}}}\n    steps: [{step}]"
    # [{{run: 'echo ${{{{ matrix.x.p }}}}', env: {last}, with: {last}}}]"
    return "\n".join(["on: push", "env:", *lines, "jobs:", "  a:", "    runs-on: x", job, ""])


HOSTILE = {
    "comments that begin to silence": "# calibrant: ignore[" * 200_000 + "\non: push\njobs: {}\n",
    "a comment of signs": "#" * 2_000_000 + " calibrant: ignore\non: push\njobs: {}\n",
    "a long pipeline": script("a|" * 49_000),
    "pipes alone": script("|" * 99_000),
    "redirections alone": script("<" * 99_000),
    "scripts that open": script('"$(' * 30_000),
    "words after words": script("if " * 30_000),
    "matrices": matrix(10_000),
    "a ring of jobs": ring(5_000),
    "jobs that all wait for each other": everyone(150),
    "aliases that double": bomb(100),
    "an alias in itself": "a: &a\n  b: *a\non: *a\njobs: *a\n",
    "brackets": condition("(" * 100_000),
    "nots": condition("!" * 100_000),
    "a chain": condition(" || ".join(["true"] * 20_000)),
    "JSON in depth": condition("fromJSON('" + "[" * 50_000 + "]" * 50_000 + "')"),
    "JSON in breadth": condition("fromJSON('[" + ",".join("1" * 200_000) + "]')[5]"),
    "a number": condition("1e999999999 == " + "9" * 200_000),
    "places of a text": condition("format('" + "{0}" * 50_000 + "{99999999999999999999}', 1)"),
    "quotes": condition("'" * 100_001),
    "patterns": 'on: {push: {branches: ["' + "*" * 50_000 + '", "' + "[a-" * 50_000 + '", "' + "a?" * 50_000 + '"]}}\n',
    "a schedule": 'on: {schedule: [{cron: "'
    + "0-59/1," * 50_000
    + '1 * * * *"}, {cron: "'
    + "9" * 50_000
    + ' * * * *"}]}\n',
    "a time zone": 'on: {schedule: [{cron: "0 5 * * *", timezone: "' + "../" * 50_000 + 'etc/passwd"}]}\n',
    "a key": "on: push\n" + "j" * 500_000 + ": 1\njobs: {}\n",
    "an id": "on: push\njobs:\n  " + "a" * 200_000 + ":\n    needs: " + "a" * 199_999 + "\n",
    "ports": 'on: push\njobs: {a: {runs-on: x, container: {image: x, ports: ["' + "1:" * 50_000 + '"]}}}\n',
}


def found(text: str) -> tuple[Finding, ...]:
    workflow = dialects.read(".github/workflows/ci.yml", text)
    assert workflow is not None
    return tuple(rules.check(workflow, connectors.specs()).findings)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_written_to_do_harm_is_checked_and_told_in_few_words(name: str) -> None:
    text = HOSTILE[name]
    for finding in found(text):
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert max(len(finding.message), len(finding.hint)) <= 1_000


def test_many_jobs_in_a_circle_are_each_told_with_a_way_round() -> None:
    circles = [finding for finding in found(ring(100)) if finding.code == "cycle"]
    assert len(circles) == 100
    assert all("wait for each other in a circle: ‘j" in finding.message for finding in circles)
    assert len({finding.cause for finding in circles}) == 1


def test_a_value_that_is_left_out_is_looked_for_whatever_its_notation() -> None:
    rows = "os: [A, 1, {k: v, l: w}, [x, y]]"
    head = f"on: push\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix:\n        {rows}\n        exclude:\n"
    tail = "    steps: [{run: echo}]\n"
    right = "".join(f"          - os: {value}\n" for value in ("a", "'1'", "{k: v}", "[x, y]"))
    wrong = "".join(f"          - os: {value}\n" for value in ("b", "2", "{k: w}", "[x]"))
    assert [one.code for one in found(head + right + tail)] == []
    assert [one.code for one in found(head + wrong + tail)] == ["useless-exclude"] * 4
