"""Literals that belong in an input: from how many places on, what a repair is given, and what is left alone."""

import json
import time

import pytest

from calibrant import connectors, dialects, failures, rules
from calibrant.model.issue import Finding

STEP = "  - {{id: s{}, uses: http.request, with: {{url: https://api.acme.io/, method: POST, json: {}}}}}\n"


def check(text: str, previous: rules.Checked | None = None) -> rules.Checked:
    workflow = dialects.read("a.workflow.yaml", text, previous.workflow if previous else None)
    assert workflow is not None
    return rules.check(workflow, connectors.specs(), previous)


def literals(checked: rules.Checked, but: str = "https://api.acme.io/") -> list[Finding]:
    return [one for one in checked.findings if one.code == "hardcoded-value" and one.subject != but]


def steps(*values: object) -> str:
    return "steps:\n" + "".join(STEP.format(at, json.dumps({"v": value})) for at, value in enumerate(values))


TOLD = [
    ("ops@acme.io", 1),
    ("Ada <ada@acme.io>", 1),
    ("123e4567-e89b-42d3-a456-426614174000", 1),
    (41234123412, 1),
    ("123412341234", 1),
    ("arn:aws:s3:::acme-reports/weekly", 1),
    ("1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms", 1),
    ("https://docs.google.com/spreadsheets/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit", 1),
    ("C024BE91L0", 1),
    ("C0G9QF9GW", 1),
    ("507f1f77bcf86cd799439011", 1),
    ("/home/ada/report.xlsx", 1),
    ("C:\\Users\\ada\\report.xlsx", 1),
    ("http://localhost:8080/x", 1),
    ("http://localhost/x", 2),
    ("http://10.0.0.7/", 1),
    ("http://[::1]:8080/", 1),
    ("https://staging.acme.io/", 1),
    ("https://api-stg.acme.io/", 1),
    ("https://prod-db2.acme.io", 1),
    ("https://qa.eu.acme.io/x?y=1", 1),
    ("https://wiki.corp/x", 1),
    ("postgres://db.prod.acme.io:5432/shop", 1),
    ("http://shop.default.svc.cluster.local", 1),
    ("https://acme.io/test/dev/prod", 2),
    ("https://contest.acme.io/", 2),
    ("https://developer.acme.io/", 2),
    ("https://latest.acme.io/", 2),
    ("https://staging.example.com/x", 2),
    ("2026-11-21", 2),
    ("2026-11-21T10:00:00Z", 2),
    ("21.11.2026", 2),
    ("INV-2026-0017", 2),
    ("acct_48213", 2),
    ("data/in.csv", 3),
    ("in.csv", 3),
    ("./scripts/run.py", 3),
    ("sqlite:///shop.db", 3),
    *(
        (value, 0)
        for value in ("open", "GET", "text/html", "application/json", "two words 2026-11-21", "v1.2.3", "1.2.3")
    ),
    *((value, 0) for value in (1, 0.5, True, None, 4096, 1000000000000, "utf-8", "UTF-8", "eu-central-1", "#ff00aa")),
    *((value, 0) for value in ("ops@example.com", "ops@shop.example", "192.168.0.1/24")),
    *(
        (value, 0)
        for value in ("{{ inputs.x }}", "ops@{{ inputs.x }}", "^[a-z]{3}-\\d{4}$", "d41d8cd98f00b204e9800998ecf8427e")
    ),
    *((value, 0) for value in ("2.5e10", "100%", "a.b.c", "Hello, ada@acme.io!", "")),
]
INPUTS = "inputs: {x: {sample: 1}}\n"


@pytest.mark.parametrize(("value", "places"), TOLD)
def test_it_is_told_from_so_many_places_on(value: object, places: int) -> None:
    for count in range(1, 5):
        found = literals(check(INPUTS + steps(*[value] * count)))
        wanted = count if places and count >= places else 0
        assert len(found) == wanted, (value, count, [one.message for one in found])
        assert len({one.cause for one in found}) == bool(wanted)


def test_all_places_are_one_issue_that_shows_them() -> None:
    checked = check(steps("data/in.csv", "data/in.csv", "data/in.csv"))
    (issue,) = failures.group("a", literals(checked)).all
    assert issue.severity == "hint"
    assert [place.step for place in issue.finding.related] == ["s1", "s2"]
    evidence = issue.finding.evidence
    assert (evidence["input"], evidence["type"], evidence["value"]) == ("in_file", "path", "data/in.csv")
    assert json.loads(evidence["places"]) == [[f"s{at}", ["with", "json", "v"]] for at in range(3)]


def test_the_issue_is_the_same_wherever_its_steps_stand() -> None:
    def ids(text: str) -> set[str]:
        return {issue.id for issue in failures.group("a", check(text).findings).all}

    text = steps("ops@acme.io", "2026-11-21", "2026-11-21")
    assert ids(text) == ids("# moved\n" + text) == ids(text + "  - {id: more, run: 'true'}\n")


def test_names_are_fresh_and_fit_for_references() -> None:
    text = "inputs: {recipient: {sample: 1}}\nsteps:\n" + "".join(
        f"  - {{id: s{at}, uses: http.request, with: {{url: 'https://{host}', method: POST, json: {{to: {to}}}}}}}\n"
        for at, (host, to) in enumerate(
            [("qa.acme.io", "a@acme.io"), ("10.0.0.1", "b@acme.io"), ("10.0.0.2", "größe@acme.io"), ("qa.a-b.io", "x")]
        )
    )
    found = [one.evidence["input"] for one in literals(check(text))]
    assert len(found) == len(set(found))
    assert all(name.isidentifier() for name in found)
    assert "recipient" not in found
    assert {"recipient_2", "acme_url", "base_url", "a_b_url"} <= set(found)


def test_a_default_written_out_again_names_its_input() -> None:
    text = "inputs: {folder: {type: path, default: data/in}, x: {default: open}}\nsteps:\n"
    text += "  - {id: a, uses: file.list, with: {path: data/in, glob: open}}\n  - {id: b, run: echo open}\n"
    (found,) = literals(check(text))
    assert (found.subject, found.evidence["input"]) == ("data/in", "folder")
    assert found.hint == "Write ‘{{ inputs.folder }}’ here."


def test_a_credential_is_never_taken_for_one() -> None:
    token = "xo" + "xb-123412341234-" + "a1B2c3D4e5F6g7H8"
    text = steps(token, token) + STEP.format("t", json.dumps({"api_key": "Zx81-kdLs9Qm2Vb7"}))
    text += STEP.format("u", json.dumps({"api_key": "Zx81-kdLs9Qm2Vb7", "u": "https://ada:k3ttle-Gr33n@qa.acme.io/"}))
    checked = check(text)
    told = json.dumps([[one.message, one.hint, one.evidence, one.subject, one.cause] for one in checked.findings])
    assert {one.code for one in checked.findings} == {"hardcoded-value", "credential-in-text"}
    for secret in (token, "Zx81-kdLs9Qm2Vb7", "k3ttle-Gr33n"):
        assert secret not in told


def test_one_place_can_be_silenced() -> None:
    text = steps("data/in.csv", "data/in.csv", "data/in.csv").replace(
        "  - {id: s1", "  # calibrant: ignore\n  - {id: s1"
    )
    assert [one.step for one in literals(check(text))] == ["s0", "s2"]


def test_thousands_of_places_are_bounded_and_counted() -> None:
    checked = check(steps(*["data/in.csv"] * 3000))
    found = literals(checked)
    assert len(found) == 50
    assert "stands in 3,000 places" in found[0].message
    assert len(json.loads(found[0].evidence["places"])) == 3000


def test_what_is_noted_of_a_step_is_kept_while_it_is_unchanged() -> None:
    text = steps("2026-11-21", "2026-11-21", "x")
    first = check(text)
    second = check(text.replace('"x"', '"2026-11-21"'), first)
    assert second.noted[0] is first.noted[0]
    assert [one.step for one in literals(second)] == ["s0", "s1", "s2"]
    assert second.findings == check(text.replace('"x"', '"2026-11-21"')).findings


@pytest.mark.parametrize(
    "part", ["aa://", "{{ aa://", "{{ a://b }}", "aa://a@", "://a:", "password=", "-----BEGIN PRIVATE KEY-----"]
)
def test_no_script_makes_it_hang(part: str) -> None:
    workflow = dialects.read(
        "a.workflow.yaml", f"steps:\n  - id: a\n    templating: false\n    run: |\n      {part * 20_000}\n"
    )
    assert workflow is not None
    began = time.monotonic()
    rules.check(workflow, connectors.specs())
    assert time.monotonic() - began < 20
