"""What shellcheck is given, and where in the file it is shown what it says."""

from typing import Any

from calibrant import connectors, dialects, rules
from calibrant.model.issue import Finding
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.actions.linting import Comment, Script, findings, scripts

HEAD = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"


def workflow(steps: str, head: str = HEAD) -> Workflow:
    read = dialects.read(".github/workflows/a.yml", head + steps)
    assert read is not None
    return read


def said(step: Step, place: tuple[int, int, int, int], code: int = 2086, level: str = "info") -> list[Finding]:
    line, column, end_line, end_column = place
    return list(findings(step, [Comment(line, end_line, column, end_column, level, code, "Words.")]))


def given(steps: str, **more: Any) -> list[Script]:
    read = workflow(steps, **more)
    return [script for _, script in scripts(read, rules.check(read, connectors.specs()).findings)]


def test_a_script_has_a_word_in_place_of_each_expression() -> None:
    text = "      - run: echo ${{ github.sha }} \"${{ a['}}'] }}\"\n"
    assert given(text) == [Script("bash", 'echo _________________ "______________"')]


def test_only_scripts_for_a_known_shell_that_can_be_read_are_given() -> None:
    assert given("      - run: 'echo \"'\n") == []
    assert given("      - {run: print(1), shell: python}\n") == []
    assert given("      - {run: x, shell: 'bash -l {0}'}\n      - {run: y, shell: sh}\n") == [
        Script("bash", "x"),
        Script("sh", "y"),
    ]
    assert given("      - run: x\n", head=HEAD.replace("ubuntu", "windows")) == []
    assert given("      - run: x\n", head=HEAD.replace("    steps", "    container: alpine\n    steps")) == [
        Script("sh", "x")
    ]


def test_what_is_said_is_placed_on_its_characters() -> None:
    steps = (
        "      - run: |\n          é=1\n          \techo «$x»\n      - run: >-\n          echo\n          ü «$y» z\n"
    )
    read = workflow(steps.replace("«", "").replace("»", ""))
    first, second = (step for step, _ in scripts(read))
    (finding,) = said(first, (2, 7, 2, 9))
    assert read.text[finding.span.start : finding.span.end] == "$x"
    assert (finding.code, finding.severity, finding.step, finding.where) == ("shellcheck", "hint", "a/#1", ("run",))
    assert finding.message == "SC2086: Words."
    (finding,) = said(second, (1, 8, 1, 10), level="error")
    assert read.text[finding.span.start : finding.span.end] == "$y"
    assert finding.severity == "warning"


def test_places_outside_of_the_script_are_moved_into_it() -> None:
    read = workflow("      - run: echo $x\n")
    for place in ((1, 1, 1, 1), (9, 9, 9, 9), (1, 90, 1, 91), (0, 0, 0, 0)):
        (finding,) = said(read.steps[0], place)
        assert read.text[finding.span.start : finding.span.end] in {"e", "x"}


def test_what_is_said_of_an_expression_is_left_out() -> None:
    read = workflow("      - run: |\n          [ ${{ a }} = b ]\n          [ a = b ]\n")
    assert said(read.steps[0], (1, 3, 1, 11)) == []
    assert said(read.steps[0], (1, 12, 1, 13), 2050) == []
    assert len(said(read.steps[0], (2, 5, 2, 6), 2050)) == 1
    assert said(read.steps[0], (2, 1, 2, 2), 2148) == said(read.steps[0], (2, 1, 2, 2), 1091) == []
