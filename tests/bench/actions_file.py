"""A GitHub Actions workflow of any size, and edits of it."""

PINNED = "ea165f8d65b6e75b540449e92b4886f43607fa02"
FAULT = "${{ githubb.actor }} ${{ github.event.issue.title }} "
"""What each server that is measured finds wrong: there is no such context, and a stranger's text is in a script."""

_HEAD = """\
name: bench
on:
  push:
    branches: [main]
  pull_request:
permissions: {}
env:
  LEVEL: debug
concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
jobs:
"""
_JOB = """\
  job{job}:
    runs-on: ${{{{ matrix.system }}}}
{needs}    permissions:
      contents: read
    strategy:
      matrix:
        system: [ubuntu-latest, ubuntu-24.04-arm]
        python: ['3.12', '3.13']
    outputs:
      made: ${{{{ steps.s0.outputs.made }}}}
    steps:
      - id: s0
        run: echo "made=1" >> "$GITHUB_OUTPUT"
"""
_NEEDS = "    needs: [job{before}]\n    if: ${{{{ needs.job{before}.outputs.made != '' }}}}\n"
_RUN = """\
      - name: Step {step} of job {job}
        id: s{step}
        if: ${{{{ steps.s{before}.outcome == 'success' && matrix.python != '3.9' }}}}
        env:
          VALUE: ${{{{ steps.s{before}.outputs.{output} || matrix.python }}}}
        run: |
          echo "working on {step} with $VALUE"
          echo "made=$VALUE" >> "$GITHUB_OUTPUT"
"""
_USES = f"""\
      - name: Keep what step {{before}} made
        id: s{{step}}
        uses: actions/upload-artifact@{PINNED} # v4.6.2
        with:
          name: made-{{job}}-{{step}}-${{{{{{{{ matrix.python }}}}}}}}
          path: made/${{{{{{{{ steps.s{{before}}.outputs.made }}}}}}}}
          retention-days: 5
"""


def workflow(jobs: int, steps: int) -> str:
    """Return a workflow of that many jobs, each of that many steps: each step reads the one before, each job the one before.

    Every fourth step is an action with parameters, the others are scripts of two lines. Nothing is wrong with it.
    """
    return _HEAD + "".join(_job(number, steps) for number in range(jobs))


def _job(number: int, steps: int) -> str:
    needs = _NEEDS.format(before=number - 1) if number else ""
    return _JOB.format(job=number, needs=needs) + "".join(_step(number, step) for step in range(1, steps))


def _step(job: int, number: int) -> str:
    output = "made" if number % 4 != 1 or number == 1 else "artifact-id"
    return (_RUN if number % 4 else _USES).format(step=number, before=number - 1, job=job, output=output)


def edited(text: str, number: int, fault: bool) -> tuple[str, int]:
    """Return the text as after typing into a script in its middle, and the line (from 0); the number makes each text another."""
    place = text.index("working on", len(text) // 2)
    typed = (FAULT if fault else "") + f"{number} "
    return text[:place] + typed + text[place:], text.count("\n", 0, place)
