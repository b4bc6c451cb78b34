"""Which shell reads a script, by all that a file can say of it."""

import pytest

from calibrant import dialects
from calibrant.github.script_shell import script_language

JOB = "on: push\n{top}jobs:\n  a:\n    {job}\n    steps:\n      - run: x\n        {step}\n"
MATRIX = "runs-on: ${{ matrix.os }}\n    strategy: {matrix: %s}"

CASES = [
    ("runs-on: ubuntu-latest", "", "bash"),
    ("runs-on: macos-15", "", "bash"),
    ("runs-on: Windows-2022", "", "powershell"),
    ("runs-on: [self-hosted, windows, x64]", "", "powershell"),
    ("runs-on: [self-hosted, linux]", "", "bash"),
    ("runs-on: {group: big, labels: windows-2025}", "", "powershell"),
    ("runs-on: {group: big}", "", "bash"),
    ("runs-on: our-darwin-box", "", "bash"),
    ("runs-on: ${{ vars.RUNNER }}", "", ""),
    ("runs-on: ubuntu-${{ matrix.version }}", "", "bash"),
    ("runs-on: windows-${{ matrix.version }}", "", "powershell"),
    ("runs-on: x-${{ matrix.version }}", "", ""),
    ("runs-on: ubuntu-latest", "shell: sh", "sh"),
    ("runs-on: ubuntu-latest", "shell: bash -l {0}", "bash"),
    ("runs-on: ubuntu-latest", "shell: /usr/bin/bash -e {0}", "bash"),
    ("runs-on: ubuntu-latest", "shell: pwsh", "powershell"),
    ("runs-on: ubuntu-latest", "shell: python", "python"),
    ("runs-on: ubuntu-latest", "shell: nix develop -c bash {0}", ""),
    ("runs-on: ubuntu-latest", "shell: ${{ matrix.shell }}", ""),
    ("runs-on: ubuntu-latest\n    container: alpine", "", "sh"),
    ("runs-on: ubuntu-latest\n    container: alpine", "shell: bash", "bash"),
    ("runs-on: ubuntu-latest\n    defaults: {run: {shell: pwsh}}", "", "powershell"),
    ("runs-on: windows-latest\n    defaults: {run: {shell: bash}}", "", "bash"),
    (MATRIX % "{os: [ubuntu-latest, macos-latest]}", "", "bash"),
    (MATRIX % "{os: [windows-latest]}", "", "powershell"),
    (MATRIX % "{os: [ubuntu-latest, windows-latest]}", "", "bash"),
    (MATRIX % "{os: [ubuntu-latest, windows-latest]}", "if: runner.os == 'Windows'", ""),
    (MATRIX % "{os: [ubuntu-latest, windows-latest]}", "if: always() && github.event_name == 'push'", "bash"),
    (MATRIX % "{os: [ubuntu-latest, windows-latest]}", "if: matrix.kind == 'x'", ""),
    (MATRIX % "{include: [{os: windows-latest}]}", "", "powershell"),
    (MATRIX % "{os: '${{ fromJSON(vars.OS) }}'}", "", ""),
    (MATRIX % "'${{ fromJSON(vars.OS) }}'", "", ""),
    (MATRIX % "{other: [1]}", "", ""),
    ("name: no runner yet", "", ""),
]


@pytest.mark.parametrize(("job", "step", "language"), CASES)
def test_the_shell_is_that_of_step_job_or_runner(job: str, step: str, language: str) -> None:
    workflow = dialects.read(".github/workflows/a.yml", JOB.format(top="", job=job, step=step))
    assert workflow is not None
    assert script_language(workflow, workflow.steps[0]) == language


def test_the_workflows_own_default_stands_behind_the_jobs() -> None:
    top = "defaults: {run: {shell: sh}}\n"
    for job, language in (
        ("runs-on: windows-latest", "sh"),
        ("runs-on: x\n    defaults: {run: {shell: bash}}", "bash"),
    ):
        workflow = dialects.read(".github/workflows/a.yml", JOB.format(top=top, job=job, step=""))
        assert workflow is not None
        assert script_language(workflow, workflow.steps[0]) == language


def test_in_an_action_every_script_names_its_own() -> None:
    text = "name: a\nruns:\n  using: composite\n  steps:\n    - run: x\n      shell: bash\n    - run: y\n"
    workflow = dialects.read("action.yml", text)
    assert workflow is not None
    assert [script_language(workflow, step) for step in workflow.steps] == ["bash", ""]
