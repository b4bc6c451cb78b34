"""Inputs and secrets made of literals of GitHub Actions files: a script gets a variable, and a run without inputs the literal."""

import re
from pathlib import Path

from calibrant import dialects
from calibrant.model.fix import Fix
from calibrant.model.text import Span, apply_edits
from calibrant.repairs.extract import extractions
from repairs.trying import SPECS, checked, read

FILE = Path("/w/.github/workflows/ci.yml")
ACTION = Path("/w/greet/action.yml")
TEXT = """\
on: [push, pull_request]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        with: {node-version: 20, registry-url: 'https://npm.acme.example'}
      - name: Publish
        run: |
          # to staging
          ./publish --to staging "now: it's ${{ github.ref }}" 'raw word'
          VERSION=1
        env:
          API_TOKEN: hunter2hunter2
          REGION: eu-west-1
      - run: curl https://npm.acme.example
"""


def offered(text: str, part: str, path: Path = FILE, *, cursor: bool = True) -> tuple[Fix, ...]:
    analysis = read(path, text)
    start = text.index(part)
    middle = start + len(part) // 2
    span = Span(middle, middle) if cursor else Span(start, start + len(part))
    return extractions(analysis.workflow, span, SPECS, analysis.checked.confidential)


def made(text: str, fix: Fix, path: Path = FILE) -> str:
    after = apply_edits(text, dialects.write(str(path), read(path, text).workflow, fix.changes))
    before = {issue.code for issue in checked(read(path, text))}
    assert {issue.code for issue in checked(read(path, after))} <= before, after
    return after


def test_a_value_becomes_an_input_of_runs_by_hand_and_stays_what_it_is_in_others() -> None:
    (fix,) = offered(TEXT, "eu-west-1")
    assert fix.title == "Make ‘eu-west-1’ the input ‘region’"
    after = made(TEXT, fix)
    assert "          REGION: ${{ inputs.region || 'eu-west-1' }}\n" in after
    for line in (
        "  push: {}\n",
        "  pull_request: {}\n",
        "  workflow_dispatch:\n",
        "default: eu-west-1",
        "type: string",
    ):
        assert line in after


def test_where_runs_are_begun_by_hand_only_the_input_alone_stands() -> None:
    text = TEXT.replace("[push, pull_request]", "workflow_dispatch")
    after = made(text, offered(text, "eu-west-1")[0])
    assert "REGION: ${{ inputs.region }}\n" in after
    text = TEXT.replace("[push, pull_request]", "\n  workflow_dispatch:\n    inputs: {level: {type: string}}")
    after = made(text, offered(text, "eu-west-1")[0])
    assert "    inputs: {level: {type: string}, region: {" in after


def test_a_word_of_a_script_is_handed_over_as_a_variable_and_never_spliced_in() -> None:
    (fix,) = offered(TEXT, 'staging "')
    assert fix.title == "Make ‘staging’ the input ‘staging’"
    after = made(TEXT, fix)
    assert './publish --to "$STAGING" "now: it\'s ${{ github.ref }}"' in after
    assert "          STAGING: ${{ inputs.staging || 'staging' }}\n" in after
    assert "# to staging" in after


def test_a_variable_has_a_name_that_means_nothing_there_yet() -> None:
    text = TEXT.replace("--to staging", "--as version").replace("VERSION=1", "VERSION=1; echo $VERSION")
    (fix,) = offered(text, 'version "')
    assert '--as "$VERSION_2"' in made(text, fix)


def test_nothing_is_offered_where_the_shell_would_see_another_thing() -> None:
    assert offered(TEXT, "raw word") == ()
    assert offered(TEXT, "github.ref") == ()
    assert offered(TEXT.replace("ubuntu-latest", "windows-latest"), "publish --") == ()


def test_the_same_value_may_become_the_input_everywhere() -> None:
    text = TEXT.replace("curl https://npm.acme.example", "./x\n        env: {URL: https://npm.acme.example}")
    titles = [fix.title for fix in offered(text, "https://npm.acme.example")]
    assert titles == [
        "Make ‘https://npm.acme.example’ the input ‘acme_url’, here",
        "Make ‘https://npm.acme.example’ the input ‘acme_url’, in 2 places",
    ]
    after = made(text, offered(text, "https://npm.acme.example")[1])
    assert len(re.findall("inputs.acme_url .. '+https://npm.acme.example'+ }}", after)) == 2


def test_an_input_that_is_it_already_is_used() -> None:
    text = TEXT.replace("[push, pull_request]", "{workflow_dispatch: {inputs: {region: {default: eu-west-1}}}}")
    first = offered(text, "REGION: eu-west-1")[0]
    assert first.title == "Use the input ‘region’ for ‘eu-west-1’"
    assert "REGION: ${{ inputs.region }}\n" in made(text, first)


def test_a_credential_becomes_a_secret_and_no_title_says_it() -> None:
    (fix,) = offered(TEXT, "hunter2hunter2")
    assert fix.title == "Take it from the secret ‘API_TOKEN’"
    assert "API_TOKEN: ${{ secrets.API_TOKEN }}\n" in made(TEXT, fix)


def test_a_literal_of_an_action_becomes_its_input() -> None:
    text = (
        "name: Greet\ndescription: Says it.\nruns:\n  using: composite\n  steps:\n"
        "    - run: ./greet world\n      shell: bash\n"
    )
    (fix,) = offered(text, "world", ACTION)
    after = made(text, fix, ACTION)
    assert 'run: ./greet "$WORLD"\n' in after
    assert "WORLD: ${{ inputs.world }}\n" in after
    assert "default: world" in after


def test_variables_of_jobs_and_workflows_and_runners_may_be_inputs_too() -> None:
    text = TEXT.replace("jobs:\n", "env: {LEVEL: high}\njobs:\n", 1).replace(
        "    steps:", "    env: {PLACE: there}\n    steps:"
    )
    for literal, name, user in (
        ("high", "level", "all jobs"),
        ("there", "place", "build"),
        ("ubuntu-latest", "runs_on", "build"),
    ):
        (fix,) = offered(text, literal)
        assert fix.title == f"Make ‘{literal}’ the input ‘{name}’"
        after = made(text, fix)
        assert f"inputs.{name} || '" in after
        assert f"Used by {user}" in after
