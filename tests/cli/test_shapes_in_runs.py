"""What is told of shapes while typing is what a run finds: one cause is one issue, with one identity."""

from typing import Any

import pytest

from cli.command import calibrant, workflow
from connectors.workspace import build

Found = tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]
"""The issues of a check, those of a run, and the run's steps."""

# each line has one fault that reading and running both see, at its end its code and subject
FAULTS = """
  - {id: a, uses: data.filter, with: {items: "{{ fetch.emials }}", where: item}}  # missing-field emials
  - {id: b, uses: data.filter, with: {items: "{{ fetch }}", where: item}}  # shape-mismatch fetch
  - {id: c, uses: data.filter, with: {items: "{{ inputs.team }}", where: item}}  # shape-mismatch inputs.team
  - {id: d, uses: data.filter, with: {items: "{{ fetch.emails }}", where: "'x' in item.subjct | lower"}}  # missing-field subjct
  - {id: e, uses: data.map, with: {items: "{{ kept.items }}", to: {a: {b: "{{ item.received }}"}}}}  # missing-field received
  - {id: f, uses: file.write, with: {path: f.txt, content: ["{{ fetch.emails.subject }}"]}}  # shape-mismatch subject
  - {id: g, uses: file.write, with: {path: g.txt, content: "at {{ fetch.emails[0].dat }}"}}  # missing-field dat
  - {id: h, uses: file.read, with: {path: "{{ fetch.count }}"}}  # shape-mismatch fetch.count
  - {id: i, for_each: "{{ fetch }}", uses: file.read, with: {path: "{{ item }}"}}  # shape-mismatch fetch
  - {id: j, for_each: "{{ fetch.emails }}", uses: file.write, with: {path: j, content: "{{ item.form }}"}}  # missing-field form
  - {id: k, for_each: "{{ fetch.emails }}", uses: file.read, with: {path: "{{ item }}"}}  # shape-mismatch item
  - {id: l, uses: file.write, with: {path: l.txt, content: "{{ each.path }}"}}  # shape-mismatch path
  - {id: m, if: fetch.cout > 1, uses: file.write, with: {path: m.txt, content: x}}  # missing-field cout
  - {id: n, uses: data.map, with: {items: "{{ made.items }}", to: "{{ item.Subject }}"}}  # missing-field Subject
  - {id: o, uses: file.write, with: {path: o.txt, content: "{{ fetch.count.x + 1 }}"}}  # shape-mismatch x
  - {id: p, uses: file.write, with: {path: p.txt, content: "{{ fetch[0] }}"}}  # shape-mismatch 0
  - {id: q, uses: data.map, with: {items: "{{ sorted.items }}", to: "{{ index.x }}"}}  # shape-mismatch x
  - {id: r, uses: data.map, with: {items: "{{ groups.groups }}", to: "{{ item.items[0].fro }}"}}  # missing-field fro
""".strip("\n")

TEXT = f"""
inputs:
  team: {{type: string, default: ops}}
steps:
  - {{id: fetch, uses: mail.read, with: {{mailbox: inbox.mbox}}}}
  - {{id: kept, uses: data.filter, with: {{items: "{{{{ fetch.emails }}}}", where: item.subject}}}}
  - {{id: made, uses: data.map, with: {{items: "{{{{ kept.items }}}}", to: {{subject: "{{{{ item.subject }}}}"}}}}}}
  - {{id: sorted, uses: data.sort, with: {{items: "{{{{ made.items }}}}", by: item.subject}}}}
  - {{id: groups, uses: data.group, with: {{items: "{{{{ kept.items }}}}", by: item.from}}}}
  - {{id: each, for_each: [1, 2], uses: file.write, with: {{path: "{{{{ item }}}}.txt", content: x}}}}
{FAULTS}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Return what a check and a run tell of the workflow."""
    folder = tmp_path_factory.mktemp("shapes") / "work"
    folder.mkdir()
    path = workflow(build(folder), TEXT)
    (checked,) = calibrant("check", path, "--format", "json", folder=folder).json
    (ran,) = calibrant("calibrate", path, "--format", "json", folder=folder).json
    return checked["issues"], [issue for group in ran["issues"].values() for issue in group], ran["steps"]


def test_each_fault_is_told_while_typing(found: Found) -> None:
    wanted = [(line.split("id: ")[1][0], line.split("# ")[1].split()[0]) for line in FAULTS.splitlines()]
    assert [(issue["step"], issue["code"]) for issue in found[0]] == wanted


def test_a_run_finds_the_same_issues_and_no_others(found: Found) -> None:
    checked, ran, _ = found
    assert sorted(issue["id"] for issue in ran) == sorted(issue["id"] for issue in checked)
    assert not any(issue["related"] for issue in ran), "the run showed another place"
    assert not any(issue["provisional"] for issue in ran)


def test_the_steps_at_fault_are_called_all_the_same_and_fail(found: Found) -> None:
    steps = {step["id"]: (step["status"], step["reason"]) for step in found[2]}
    for issue in found[0]:
        status, reason = steps.pop(issue["step"])
        assert status == "failed"
        assert "must be fixed before" not in reason
    assert {status for status, _ in steps.values()} == {"completed", "rehearsed"}
