"""What is known of values: declared shapes, what was seen in runs, and both together."""

import pytest

from calibrant.ide.typed import fields, output_words, part, root, words
from calibrant.ide.view import NOTHING
from ide.viewing import ran, referred, view

FETCH = "  - {id: fetch, uses: mail.read, with: {mailbox: a}}\n"
EMAILS = {"emails": [{"subject": "a", "urgent": True}, {"subject": None}], "count": 2}
USE = "  - {{id: use, uses: data.map, with: {{items: '{{{{ fetch.emails }}}}', to: '{{{{ {0} }}}}'}}}}\n"


def workflow(reference: str, more: str = "") -> str:
    return "inputs:\n  team: {type: string, default: ops}\n  rows: {type: array}\nsecrets: [TOKEN]\nsteps:\n" + (
        FETCH + USE.format(reference) + more
    )


DECLARED = [
    ("fetch", "object"),
    ("fetch.emails", "list of objects"),
    ("fetch.emails[0]", "object"),
    ("fetch.emails[0].subject", "string"),
    ("fetch.count", "integer"),
    ("item.attachments", "list of objects"),
    ("index", "integer"),
    ("inputs.team", "string"),
    ("inputs.rows", "list"),
    ("secrets.TOKEN", "string"),
    ("env.HOME", "string"),
]


@pytest.mark.parametrize(("reference", "expected"), DECLARED)
def test_declared_shapes_alone(reference: str, expected: str) -> None:
    typed = referred(view(workflow(reference)), "use", 1)
    assert typed is not None
    assert words(typed) == expected


SEEN = [
    ("fetch.emails", "list of 2 objects"),
    ("fetch.emails[0].subject", "string or null"),
    ("item.subject", "string or null"),
    ("item.urgent", "boolean"),
    ('fetch["count"]', "integer"),
]


@pytest.mark.parametrize(("reference", "expected"), SEEN)
def test_what_was_seen_comes_before_what_is_declared(reference: str, expected: str) -> None:
    typed = referred(view(workflow(reference), {"fetch": EMAILS}), "use", 1)
    assert typed is not None
    assert words(typed) == expected


@pytest.mark.parametrize("reference", ["fetch.nothing", "nobody", "inputs.nothing", "fetch.count.more"])
def test_of_what_is_not_there_nothing_is_known(reference: str) -> None:
    assert referred(view(workflow(reference), {"fetch": EMAILS}), "use", 1) is None


def test_values_are_those_of_the_last_run() -> None:
    known = view(workflow("fetch.emails[1].subject"), {"fetch": EMAILS}, inputs={"team": "dev"})
    typed = referred(known, "use", 1)
    assert typed is not None
    assert typed.preview is None
    assert referred(known, "use", 1, upto=1).preview == EMAILS["emails"]  # type: ignore[union-attr]
    inputs = root(known, known.workflow.step("use"), "inputs")
    assert inputs is not None
    assert inputs.preview == {"team": "dev"}


def test_without_previews_there_are_shapes_and_no_values() -> None:
    known = view(workflow("item.subject"), {"fetch": EMAILS}, previews=False)
    typed = referred(known, "use", 1)
    assert typed is not None
    assert typed.preview is NOTHING
    assert words(typed) == "string or null"
    inputs = root(known, None, "inputs")
    assert inputs is not None
    assert inputs.preview is NOTHING


def test_declared_fields_come_first_and_optional_ones_are_told() -> None:
    typed = referred(view(workflow("item"), {"fetch": EMAILS}), "use", 1)
    assert typed is not None
    found = fields(typed)
    names = [field.name for field in found]
    assert names.index("subject") < names.index("attachments") < names.index("urgent")
    assert {field.name for field in found if not field.optional} == {"subject"}
    assert [field.name for field in found if not field.declared] == ["urgent"]


def test_secrets_have_names_and_never_values() -> None:
    typed = root(view(workflow("secrets.TOKEN")), None, "secrets")
    assert typed is not None
    assert [field.name for field in fields(typed)] == ["TOKEN"]
    token = part(typed, "TOKEN")
    assert token is not None
    assert token.secret
    assert token.preview is NOTHING


def test_item_of_a_loop_is_an_element_of_what_it_goes_through() -> None:
    more = "  - {id: each, for_each: '{{ fetch.emails }}', run: 'echo {{ item.subject }} {{ index }}'}\n"
    more += "  - {id: after, run: 'echo {{ each[1].exit_code }}'}\n"
    each: object = [{"stdout": "", "stderr": "", "exit_code": code, "changed_files": []} for code in (0, 3)]
    known = view(workflow("item", more), {"fetch": EMAILS, "each": each})
    assert words(referred(known, "each", 1)) == "string or null"  # type: ignore[arg-type]
    assert words(referred(known, "each", 2)) == "integer"  # type: ignore[arg-type]
    code = referred(known, "after")
    assert code is not None
    assert code.preview == 3


OUTPUTS = [
    ({"emails": [{}] * 12, "count": 12}, "list of 12 emails"),
    ({"emails": [{}], "count": 1}, "list of 1 email"),
    ({"rows": [], "columns": ["a"], "count": 0}, "no rows"),
    ({"stdout": "x", "stderr": "", "exit_code": 0, "changed_files": ["a"]}, "exit code 0"),
    ({"status": 204, "headers": {}, "body": None, "url": "x"}, "status 204"),
    ({"appended": 3, "range": "A1:B3"}, "3 appended"),
    ({"content": [{"a": 1}] * 7, "path": "x", "size": 9}, "content: list of 7 objects"),
    ({"result": None}, "result: null"),
    ([{"id": "x"}] * 3, "list of 3 objects"),
    ({"content": "a text", "path": "x", "size": 9}, "content: string"),
    ({"path": "x", "size": 9}, ""),
    ({"status": 200, "body": {"a": 1}}, "status 200"),
    ({}, ""),
    ("text", "string"),
    (None, "null"),
]


@pytest.mark.parametrize(("output", "expected"), OUTPUTS)
def test_an_output_in_a_few_words(output: object, expected: str) -> None:
    assert output_words(ran(output)) == expected


def test_of_several_runs_the_newest_one_tells_how_long_a_list_is() -> None:
    newest = ran(EMAILS, {"emails": [{"subject": "x", "thread": 3}] * 9, "count": 9})
    assert output_words(newest) == "list of 2 emails"
    assert newest.observed is not None
    item = newest.observed.field("emails").item  # type: ignore[union-attr]
    assert item is not None
    assert item.times == 11
    assert item.optional("thread")
    assert not item.optional("subject")


ROWS = {"rows": [{"Name": "Ann", "Age": 3}, {"Name": "Bob"}], "columns": ["Name", "Age"], "count": 2}
NEVER_RAN = [
    ("data.filter", "items: '{{ read.rows }}', where: 'true'", "it.items[0].Age", "integer"),
    ("data.filter", "items: '{{ read.rows }}', where: 'true'", "it.items", "list of objects"),
    (
        "data.filter",
        "items: \"{{ read.rows | sort(attribute='Name') | list }}\", where: 'true'",
        "it.items[0].Name",
        "string",
    ),
    ("data.filter", "items: \"{{ read.rows | map(attribute='Name') | list }}\", where: 'true'", "it.items[0]", ""),
    ("data.filter", "items: '{{ (read.rows + read.rows) | list }}', where: 'true'", "it.items[0]", ""),
    ("data.filter", "items: [{a: {b: 1}}], where: 'true'", "it.items[0].a.b", "integer"),
    ("data.map", "items: '{{ read.rows }}', to: '{{ item.Age }}'", "it.items", "list of numbers"),
    (
        "data.map",
        "items: '{{ read.rows }}', to: {n: '{{ item.Name }}', s: 'x {{ item.Age }}'}",
        "it.items[0].n",
        "string",
    ),
    (
        "data.map",
        "items: '{{ read.rows }}', to: {n: '{{ item.Name }}', s: 'x {{ item.Age }}'}",
        "it.items[0].s",
        "string",
    ),
    ("data.group", "items: '{{ read.rows }}', by: item.Name", "it.groups[0].items[0].Age", "integer"),
    ("data.group", "items: '{{ read.rows }}', by: item.Name", "it.groups[0].key", ""),
]


@pytest.mark.parametrize(("uses", "given", "reference", "expected"), NEVER_RAN)
def test_what_a_step_will_give_is_known_by_what_it_is_given(
    uses: str, given: str, reference: str, expected: str
) -> None:
    text = (
        "steps:\n  - {id: read, uses: sheet.read, with: {file: a.xlsx}}\n"
        f"  - {{id: it, uses: {uses}, with: {{{given}}}}}\n  - {{id: use, run: 'echo {{{{ {reference} }}}}'}}\n"
    )
    typed = referred(view(text, {"read": ROWS}), "use")
    assert typed is not None
    assert words(typed) == expected
    assert typed.preview is NOTHING or typed.written


def test_long_chains_and_circles_of_steps_that_never_ran_end() -> None:
    step = "  - {{id: s{0}, uses: data.join, with: {{left: '{{{{ s{1}.items }}}}', right: '{{{{ s{1}.items }}}}', on: a}}}}\n"
    chain = "".join(step.format(number, number - 1) for number in range(1, 200))
    text = "steps:\n  - {id: s0, uses: data.filter, with: {items: '{{ s199.items }}', where: item.a}}\n" + chain
    typed = referred(view(text), "s0")
    assert typed is not None
    assert part(typed, 0) is not None


def test_a_sample_tells_of_a_step_that_never_ran() -> None:
    sample = "sample: {result: {id: 7, tags: [a, b]}}"
    text = f"steps:\n  - {{id: call, uses: python.call, with: {{function: 'a:b'}}, {sample}}}\n"
    known = view(text + "  - {id: use, run: 'echo {{ call.result.tags }} {{ call.result.id }}'}\n")
    tags, number = referred(known, "use"), referred(known, "use", 1)
    assert tags is not None
    assert (words(tags), tags.preview, tags.written) == ("list of 2 strings", ["a", "b"], True)
    assert number is not None
    assert number.preview == 7


def test_a_credential_in_the_text_and_an_input_named_so_are_not_shown() -> None:
    text = (
        "inputs:\n  api_token: {type: string, default: abc}\n"
        "  plain: {type: object, default: {a: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'}}\n"
        "steps:\n  - {id: use, run: 'echo {{ inputs.plain.a }} {{ inputs.api_token }}'}\n"
    )
    known = view(text, inputs={"api_token": "given"})
    assert known.checked.confidential
    inputs = root(known, None, "inputs")
    assert inputs is not None
    assert "sk_live_4eC39" not in repr(inputs)
    assert "given" not in repr(inputs)
    token = part(inputs, "api_token")
    assert token is not None
    assert token.preview is NOTHING


def test_without_previews_an_output_is_told_by_what_it_is_made_of() -> None:
    answer = {"status": 200, "headers": {}, "body": [{"a": 1}] * 3, "url": "x"}
    assert output_words(ran({"stdout": "", "exit_code": 0, "changed_files": ["a"]}, previews=False)) == (
        "list of 1 changed file"
    )
    assert output_words(ran(answer, previews=False)) == "body: list of 3 objects"
    assert output_words(ran({"appended": 3, "range": "A1"}, previews=False)) == "appended: integer"
