"""Shapes followed through workflows that are long, wide, round or half typed, and through edits."""

import pytest

from calibrant import connectors, dialects, rules
from calibrant.model.connector import Specs
from calibrant.model.shape import ANY, INTEGER, OBJECT, STRING, Shape, array, like, object_of, part_of

FETCH = "  - {id: fetch, uses: mail.read, with: {mailbox: a}}\n"


def check(text: str, previous: rules.Checked | None = None, specs: Specs | None = None) -> rules.Checked:
    workflow = dialects.read("a.workflow.yaml", text, previous.workflow if previous else None)
    assert workflow is not None
    return rules.check(workflow, specs or connectors.specs(), previous)


def found(text: str) -> list[tuple[str | None, str, str]]:
    return [(item.step, item.code, item.subject) for item in check("steps:\n" + FETCH + text).findings]


def chain(first: str, length: int, use: str) -> str:
    steps = (f"  - {{id: s{at}, uses: data.filter, with: {use.format(before=at - 1)}}}\n" for at in range(1, length))
    return f"steps:\n  - {{id: s0, uses: data.filter, with: {{items: '{{{{ {first} }}}}', where: item}}}}\n" + "".join(
        steps
    )


def test_a_shape_goes_through_thousands_of_steps() -> None:
    use = "{{items: '{{{{ s{before}.items }}}}', where: item}}"
    text = chain("fetch.emails", 3000, use) + FETCH + "  - {id: end, run: 'echo {{ s2999.items[0].subjct }}'}\n"
    assert [(item.step, item.subject) for item in check(text).findings] == [("end", "subjct")]


def test_lists_in_lists_do_not_grow_without_bound() -> None:
    use = "{{items: ['{{{{ s{before} }}}}', '{{{{ s{before} }}}}'], where: item}}"
    text = chain("fetch.emails", 500, use) + FETCH
    checked = check(text)
    assert checked.findings == ()
    assert check(text.replace("mailbox: a", "mailbox: b"), checked).findings == ()


def test_of_a_circle_nothing_is_known() -> None:
    text = (
        "steps:\n  - {id: a, uses: data.filter, with: {items: '{{ b.items }}', where: item.x}}\n"
        "  - {id: b, uses: data.filter, with: {items: '{{ a.items }}', where: item.y}}\n"
        "  - {id: c, uses: data.filter, with: {items: '{{ c.items }}', where: item.z}}\n"
        "  - {id: d, run: 'echo {{ a.items[0].z }} {{ c.items.z }} {{ a.itms }}'}\n"
    )
    checked = check(text)
    assert [item.subject for item in checked.findings if item.code == "missing-field"] == ["itms"]
    assert {item.code for item in checked.findings} == {"cycle", "self-reference", "missing-field", "shape-mismatch"}
    again = check(text.replace("item.x", "item.w"), checked)
    assert again.findings == check(text.replace("item.x", "item.w")).findings


EDITS = [
    ("uses: mail.read, with: {mailbox: a}", "uses: sql.query, with: {database: 'sqlite:///a.db', query: x}"),
    ("id: fetch", "id: fetched"),
    ("items: '{{ fetch.emails }}'", "items: [{subjct: x}]"),
    ("uses: mail.read", "uses: mail.raed"),
    ("uses: mail.read", "for_each: [1], uses: mail.read"),
    ("id: fetch, uses", "id: fetch, for_each: , uses"),
    ("{type: array, default: []}", "{type: string, default: x}"),
    ("where: item.date", "where: item.dat"),
]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_an_edit_is_seen_in_the_steps_behind_it(old: str, new: str) -> None:
    text = (
        "inputs: {list: {type: array, default: []}}\nsteps:\n" + FETCH + "  - {id: a, uses: data.filter, with: "
        "{items: '{{ fetch.emails }}', where: item.date}}\n"
        "  - {id: b, uses: data.filter, with: {items: '{{ a.items }}', where: item.subjct}}\n"
        "  - {id: c, uses: data.filter, with: {items: '{{ inputs.list }}', where: item.x}}\n"
        "  - {id: d, run: 'echo hello'}\n"
    )
    assert text.count(old) == 1
    changed = text.replace(old, new)
    before = check(text)
    after = check(changed, before)
    assert after.findings == check(changed).findings
    assert [(one.code, one.step) for one in after.findings] != [(one.code, one.step) for one in before.findings]
    assert check(text, after).findings == before.findings


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        ("{id: a, run: 'echo {{ fetch.emials }}'}", [("a", "missing-field", "emials")]),
        ("{id: a, run: 'echo {{ fetch.emials is defined }}'}", []),
        ("{id: a, run: 'echo {{ fetch.emials | default(1) }}'}", []),
        ("{id: a, if: \"'emials' in fetch and fetch.emials\", run: echo}", []),
        ("{id: a, if: \"'emails' in fetch and fetch.emials\", run: echo}", [("a", "missing-field", "emials")]),
        ("{id: a, run: 'echo {{ fetch.keys() }} {{ fetch.emails.index(1) }}'}", []),
        ("{id: a, run: 'echo {{ fetch.keys }}'}", [("a", "missing-field", "keys")]),
        ("{id: a, run: 'echo {{ (fetch).emials }}'}", []),
        ("{id: a, templating: false, run: 'echo {{ fetch.emials }}'}", []),
        (
            "{id: a, uses: no.such, with: {x: '{{ fetch.emials }}'}}",
            [("a", "unknown-connector", "no.such"), ("a", "missing-field", "emials")],
        ),
        ("{id: a, uses: no.such, with: {x: '{{ item.emials }}'}}", [("a", "unknown-connector", "no.such")]),
        (
            "{id: a, foreach: [1], uses: file.list, with: {path: .}}\n  - {id: b, run: 'echo {{ a[0].files }}'}",
            [("a", "unknown-key", "foreach")],
        ),
        (
            "{id: a, uses: file.list, with: {path: .}, sample: {other: 1}}\n  - {id: b, run: 'echo {{ a.other }}'}",
            [("b", "missing-field", "other")],
        ),
        ("{id: a, run: 'echo {{ fetch.emials }}'} # calibrant: ignore[missing-field]", []),
    ],
)
def test_what_is_certain_is_told_and_nothing_else(step: str, wanted: list[tuple[str, str, str]]) -> None:
    assert found(f"  - {step}\n") == wanted


def test_of_what_is_half_typed_nothing_is_said() -> None:
    half = "  - id: a\n    uses: file.list\n    with: {path: .}\n    for_each\n"
    assert {code for _, code, _ in found(half + "  - {id: b, run: 'echo {{ a[0].files }} {{ a.fils }}'}\n")} == {
        "syntax-error"
    }
    unused = "inputs: {x: {type: string}}\nsteps:\n  - {id: a, run: echo}\n"
    assert [item.code for item in check(unused).findings] == ["unused-input"]
    assert "unused-input" not in {item.code for item in check(unused + "  - {id: b, run: 'x\n").findings}
    assert "unused-input" not in {item.code for item in check(unused + "  - {id: b, run: '{{ inputs. }}'}\n").findings}
    assert [item.code for item in check("inputs: {x: {type: string}}\nsteps:\n").findings] == ["missing-key"]


@pytest.mark.parametrize(
    ("use", "told"),
    [
        ("{{ inputs.used }}", True),
        ("{{ inputs }}", False),
        ("{{ inputs[inputs.used] }}", False),
        ("{{ inputs.forgoten }}", False),
        ("{{ forgotten }}", False),
        ("{{ inputs['forgotten'] }}", False),
        ("{{ inputs.used | default(inputs.forgotten) }}", False),
    ],
)
def test_an_input_is_unused_only_where_no_step_can_mean_it(use: str, told: bool) -> None:
    text = "inputs: {forgotten: {type: string, default: x}, used: {type: string, default: x}}\n"
    text += f'steps:\n  - {{id: a, run: "echo {{{{ inputs.used }}}} {use}"}}\n'
    assert ("unused-input" in {item.code for item in check(text).findings}) is told


OFF = "{id: off, if: false, run: echo}"


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([OFF, "{id: b, run: 'echo {{ off.stdout }}'}"], ["off", "b"]),
        (["{id: b, run: 'echo {{ off.stdout }}'}", OFF], ["b", "off"]),
        ([OFF, "{id: b, run: echo, needs: off}"], ["off"]),
        ([OFF, "{id: b, if: off.exit_code > 0, run: echo}"], ["off"]),
        ([OFF, "{id: b, run: 'echo {{ off.stdout | default(1) }}'}"], ["off"]),
        (["{id: off, if: false, run: echo, sample: {stdout: x}}", "{id: b, run: 'echo {{ off.stdout }}'}"], ["off"]),
        (["{id: off, run: echo}", OFF, "{id: b, run: 'echo {{ off.stdout }}'}"], ["off"]),
        ([OFF, "{id: b, for_each: '{{ off.changed_files }}', run: echo}"], ["off", "b"]),
        ([OFF, "{id: b, uses: data.filter, with: {items: [1], where: off.stdout}}"], ["off"]),
        (
            ["{id: b, for_each: [], run: echo}", "{id: c, uses: data.filter, with: {items: '{{ b }}', where: item}}"],
            ["b"],
        ),
        (["{id: b, if: 1 > 2, run: echo}", "{id: c, if: 'false or x', run: echo}"], []),
        (["{id: b, if: \"'false'\", run: echo}", "{id: c, if: falsehood, run: echo}"], []),
    ],
)
def test_a_step_never_runs_only_where_that_is_certain(steps: list[str], told: list[str]) -> None:
    findings = check("steps:\n" + "".join(f"  - {step}\n" for step in steps)).findings
    assert [item.step for item in findings if item.code == "never-runs"] == told


@pytest.mark.parametrize(
    ("shape", "part", "wanted"),
    [
        (object_of(a=STRING), "a", STRING),
        (object_of(a=STRING), "b", None),
        (object_of(a=STRING), 0, None),
        (Shape("object", fields=(("0", STRING),)), 0, STRING),
        (Shape("object", fields=(("a", STRING),), open=True), "b", ANY),
        (Shape("object"), "b", ANY),
        (OBJECT, "b", ANY),
        (ANY, "b", ANY),
        (array(INTEGER), -1, INTEGER),
        (array(), 0, ANY),
        (Shape("array"), 0, ANY),
        (array(INTEGER), "0", None),
        (Shape("path"), 0, STRING),
        (STRING, "x", None),
        (INTEGER, 0, None),
        (like("items", "array"), 0, ANY),
    ],
)
def test_parts_of_shapes(shape: Shape, part: str | int, wanted: Shape | None) -> None:
    assert part_of(shape, part) == wanted
