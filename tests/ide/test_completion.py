"""What is on offer at a place, in texts as they are while one types."""

import pytest

from calibrant.model.connector import Choice
from ide.completing import labels, offers, taken

HEAD = """name: a
inputs:
  box: {type: path, default: in.mbox, description: Where mail is}
  count: {type: integer}
secrets: [TOKEN]
steps:
  - id: fetch
    name: Fetch the mail
    uses: mail.read
    with: {mailbox: "{{ inputs.box }}"}
  - id: late
    uses: file.write
    with: {path: x, content: "{{ urgent.items }}"}
  - id: urgent
    uses: data.filter
    with:
      items: "{{ fetch.emails }}"
"""
MAIL = {"id": "1", "from": "a@b", "to": "c", "subject": "s", "date": "d", "text": "t", "attachments": []}
STEP = [
    "id",
    "uses",
    "name",
    "with",
    "run",
    "needs",
    "if",
    "for_each",
    "retry",
    "timeout",
    "scope",
    "sample",
    "templating",
]
SPACES = ["inputs", "secrets", "env"]
WORDS = ["range", "dict", "true", "false", "none", "not"]

WHOLE = [
    # what stands behind HEAD, and all that is on offer
    ("  - ‸", STEP),
    ("  - ‸\n  - id: b\n    run: echo\n", STEP),
    ("  - i‸\n", STEP),
    ("  - id: b\n    ‸\n", STEP[1:]),
    ("  - id: b\n    run: echo\n    ‸\n", ["name", "cwd", "env", "shell", *STEP[5:]]),
    ("  - id: b\n    uses: file.list\n    ‸\n    if: true\n", ["with", "name", "needs", *STEP[7:]]),
    ("    retry:\n      ‸\n", ["attempts", "delay"]),
    ("    retry: {attempts: 2, ‸", ["delay"]),
    ("    retry: {attempts: 2, d‸}\n", ["delay"]),
    ("      ‸\n", ["where"]),
    ("      wh‸", ["where"]),
    ("  - id: b\n    uses: file.read\n    with: {‸\n    needs: late\n", ["path", "as"]),
    ("  - id: b\n    uses: file.read\n    with: {path: x, ‸}\n", ["as"]),
    ("  - id: b\n    uses: file.read\n    with: {\n      path: x,\n      ‸\n    }\n", ["as"]),
    (
        "  - id: b\n    uses: file.read\n    with:\n      as: ‸\n      path: x\n",
        ["text", "json", "yaml", "csv", "bytes"],
    ),
    ("  - id: b\n    uses: file.read\n    with:\n      as: 'j‸\n", ["text", "json", "yaml", "csv", "bytes"]),
    ("  - id: b\n    uses: sheet.read\n    with: {header: ‸}\n", ["true", "false"]),
    ("    templating: f‸\n", ["true", "false"]),
    ("    needs: ‸\n", ["fetch"]),
    ("    needs: [‸\n", ["fetch"]),
    ("    needs: [fetch, ‸]\n", []),
    ("    needs:\n      - ‸\n", ["fetch"]),
    ("    needs:\n      ‸\n", ["fetch"]),
    ("  - id: b\n    needs: [urgent, ‸\n    run: echo\n", ["late", "fetch"]),
    ("  - needs: ‸\n", ["urgent", "late", "fetch"]),
    ("  - id: fetch\n    needs: ‸\n", []),
    ("    if: ‸\n", ["inputs", "fetch", "secrets", "env", *WORDS]),
    ("    if: fetch.‸\n", ["emails", "count"]),
    ("    if: fetch.count > 0 and inputs.‸\n", ["box", "count"]),
    ('      where: "{{ ‸', ["item", "index", "inputs", "fetch", "secrets", "env", *WORDS]),
    ("      where: {{ ‸", ["item", "index", "inputs", "fetch", "secrets", "env", *WORDS]),
    ("      where: ‸\n", ["item", "index", "inputs", "fetch", "secrets", "env", *WORDS]),
    ("      where: item.‸\n", list(MAIL)),
    ('      where: "{{ item.sub‸', list(MAIL)),
    ("      where: item['‸\n", list(MAIL)),
    ("      where: 'urgent' in item.‸ | lower\n", list(MAIL)),
    ("  - id: b\n    run: echo {{ inputs.‸ }}\n", ["box", "count"]),
    ("  - id: b\n    run: |\n      echo 1\n      echo {{ inputs.‸\n      echo 2\n", ["box", "count"]),
    ("  - id: b\n    run: echo {{ secrets.‸\n", ["TOKEN"]),
    ("  - id: b\n    run: echo {{ fetch.emails[‸\n", ["0"]),
    ("  - id: b\n    run: echo {{ fetch.emails[0].‸\n", list(MAIL)),
    ("  - id: b\n    run: echo {{ fetch.emails.‸\n", ["[0]"]),
    ('  - id: b\n    for_each: "{{ fetch.emails }}"\n    run: echo {{ item.‸\n', list(MAIL)),
    ('  - id: b\n    env: {A: "{{ fetch.‸"}\n', ["emails", "count"]),
    ("  - id: b\n    run: echo {{ fetch.emails | map(attribute='‸') | list }}\n", list(MAIL)),
    ("  - id: b\n    run: echo {{ fetch.emails | sort(reverse=true, attribute='‸\n", list(MAIL)),
    ("  - id: b\n    if: fetch.emails | selectattr('su‸', 'eq', 'x')\n", list(MAIL)),
    # nothing makes sense here
    ("  - id: b\n    if: fetch.emails | join('‸')\n", []),
    ("  - id: b\n    if: fetch.emails | selectattr('subject', '‸')\n", []),
    ("  -‸\n", []),
    ("  - id: b\n    needs: ‸[fetch]\n", []),
    ("    # ‸\n", []),
    ("    uses: data.filter # ‸\n", []),
    ("    if: fetch.count # fetch.‸\n", []),
    ("    name: ‸\n", []),
    ("    timeout: ‸\n", []),
    ("    run: |\n      ‸\n", []),
    ("    run: echo\n      ‸\n", []),
    ("    x-mine: ‸\n", []),
    ("    x-mine: {‸}\n", []),
    ('    x-mine: "{{ ‸ }}"\n', []),
    ("\t‸\n", []),
    ('    templating: false\n    for_each: "{{ ‸ }}"\n', []),
    ("  - id: ‸\n", []),
    ("  - id: b\n    uses: none.such\n    with: {‸}\n", []),
    ("  - id: b\n    uses: file.read\n    with: {path: 'a'‸}\n", []),
    ("  - id: b\n    run: echo {{ fetch.count }}‸\n", []),
    ("  - id: b\n    run: echo {{ 'fetch.‸ }}\n", []),
    ("  - id: b\n    run: echo {{ nothing.‸ }}\n", []),
    ("  - id: b\n    run: echo {{ item.‸ }}\n", []),
    ('  - id: b\n    for_each: "{{ item.‸"\n', []),
    ("  - id: b\n    run: echo {{ fetch.count.‸ }}\n", []),
    ("  - id: b\n    run: echo {{ (fetch).‸ }}\n", []),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "expected"), WHOLE, ids=[text for text, _ in WHOLE])
def test_all_that_makes_sense_is_on_offer_and_nothing_else(text: str, expected: list[str], line_end: str) -> None:
    marked = (HEAD + text).replace("\n", line_end)
    assert labels(offers(marked)) == expected


AROUND = [
    ("‸", ["steps", "name", "description", "inputs", "secrets"]),
    ("na‸", ["steps", "name", "description", "inputs", "secrets"]),
    ("name: a\n‸\n", ["steps", "description", "inputs", "secrets"]),
    ("name: a\n‸\nsteps:\n  - id: b\n", ["description", "inputs", "secrets"]),
    ("steps:\n  - id: b\n    run: echo\n‸", ["name", "description", "inputs", "secrets"]),
    ("steps:\n  - id: b\n\n‸\n  - id: c\n", []),
    ("inputs:\n  ‸\nsteps: []\n", []),
    ("inputs:\n  a:\n    ‸\nsteps: []\n", ["type", "default", "sample", "required", "description", "enum"]),
    ("inputs:\n  a: {type: path, ‸\nsteps:\n  - id: b\n", ["default", "sample", "required", "description", "enum"]),
    ("inputs:\n  a: {type: ‸}\n", ["string", "number", "integer", "boolean", "path", "array", "object"]),
    ("inputs:\n  a: {required: ‸}\n", ["true", "false"]),
    ("inputs:\n  ‸\nsteps:\n  - id: b\n    run: echo {{ inputs.a }} {{ inputs.b.c }}\n", ["a", "b"]),
    ("inputs:\n  a: {}\n  ‸\nsteps:\n  - id: b\n    run: echo {{ inputs.a }} {{ inputs.b.c }}\n", ["b"]),
    ("steps:\n  - id: b\n    needs: [c]\n    run: echo {{ d.stdout }} {{ b.x }}\n  - id: ‸\n", ["d", "c"]),
    ("secrets: [‸]\nsteps:\n  - id: b\n    run: echo {{ secrets.A }} {{ secrets.B }}\n", ["A", "B"]),
    ("secrets: [A, ‸]\nsteps:\n  - id: b\n    run: echo {{ secrets.A }} {{ secrets.B }}\n", ["B"]),
    ("steps:\n  - id: b\n    run: echo {{ env.HOME }} {{ env.‸\n", ["HOME"]),
]


@pytest.mark.parametrize(("text", "expected"), AROUND, ids=[text for text, _ in AROUND])
def test_keys_and_values_around_the_steps(text: str, expected: list[str]) -> None:
    assert labels(offers(text)) == expected


JSON = '{"name": "a", "steps": [{"id": "fetch", "uses": "mail.read", "with": {"mailbox": "x"}},\n  {"id": "b"%s'
IN_JSON = [
    (', "‸"}]}', STEP[1:]),
    (", ‸}]}", STEP[1:]),
    (", ne‸}]}", STEP[1:]),
    (', "ne‸}]}', STEP[1:]),
    (', "ne‸', STEP[1:]),
    (', "needs": ["‸"]}]}', ["fetch"]),
    (', "needs": ‸}]}', ["fetch"]),
    (', "needs": "‸\n}]}', ["fetch"]),
    (', "uses": "file.read", "with": {"‸"}}]}', ["path", "as"]),
    (', "uses": "file.read", "with": {"path": "x", "as": "‸"}}]}', ["text", "json", "yaml", "csv", "bytes"]),
    (', "uses": "data.sort", "with": {"items": "{{ fetch.‸ }}"}}]}', ["emails", "count"]),
    (', "uses": "data.sort", "with": {"items": "{{ fetch[\'‸', ["emails", "count"]),
    (', "uses": "data.sort", "with": {"items": "{{ fetch[\\"‸\\"] }}"}}]}', ["emails", "count"]),
    (', "name": "‸"}]}', []),
    (', "name": "x"‸}]}', []),
    (', "run": "echo"}, {"‸"}]}', STEP),
]


@pytest.mark.parametrize(("text", "expected"), IN_JSON, ids=[text for text, _ in IN_JSON])
def test_json_is_completed_too(text: str, expected: list[str]) -> None:
    assert labels(offers(JSON % text, path="a.workflow.json")) == expected


def test_every_connector_is_on_offer_with_its_summary() -> None:
    found = offers(HEAD + "  - id: b\n    uses: ‸\n")
    assert {"data.filter", "file.read", "shell.run"} <= set(labels(found))
    (read,) = [item for item in found.items if item.label == "file.read"]
    assert (read.detail, read.about) == ("Read a file: its text, or the data in it.", ("connector", "file.read"))


def test_fields_that_were_seen_are_on_offer_however_deep() -> None:
    page = {"status": 200, "body": {"rows": [{"id": 1, "a b": 2}, {"id": 2, "tags": ["x"]}]}, "headers": {}, "url": "u"}
    text = (
        'steps:\n  - id: ask\n    uses: http.request\n    with: {url: "http://x"}\n  - id: b\n    run: echo {{ ask.‸\n'
    )
    found = offers(text, {"ask": page})
    assert {"status", "body"} <= set(labels(found))
    text = text.replace("ask.‸", "ask.body.‸")
    assert [(item.label, item.detail) for item in offers(text, {"ask": page}).items] == [("rows", "list of 2 objects")]
    text = text.replace("body.‸", "body.rows[0].‸")
    found = offers(text, {"ask": page})
    assert [(item.label, item.detail) for item in found.items] == [
        ("id", "integer"),
        ("a b", "integer, not always there"),
        ("tags", "list of 1 string, not always there"),
    ]
    assert taken(text, found, "a b").splitlines()[-1] == '    run: echo {{ ask.body.rows[0]["a b"]'
    quoted = text.replace("run: echo {{", 'env: {A: "{{').replace("‸", '‸ }}"}')
    assert taken(quoted, offers(quoted, {"ask": page}), "a b").endswith("{{ ask.body.rows[0]['a b'] }}\"}\n")
    assert "200" not in str(offers(text, {"ask": page}).items)


B = "steps:\n  - id: b\n"
TAKEN = [
    # the text with its mark, what is taken, what it gives as plain text and as a snippet (‸ where it leaves the cursor)
    (B + "    us‸\n", "uses", B + "    uses: \n", None),
    (B + "    ne‸\n", "needs", B + "    needs: \n", B + "    needs: [‸]\n"),
    (B + "    n‸a: x\n", "needs", B + "    needs: x\n", None),
    (B + "    uses: x\n    ‸\n", "with", B + "    uses: x\n    with:\n", B + "    uses: x\n    with:\n      \n"),
    ("na‸", "steps", "steps:", "steps:\n  - "),
    (
        "steps:\n- uses: fil‸",
        "file.read",
        "steps:\n- uses: file.read",
        "steps:\n- uses: file.read\n  with:\n    path: ‸",
    ),
    (
        B + "    uses: sheet‸.read # old\n",
        "file.read",
        B + "    uses: file.read # old\n",
        B + "    uses: file.read\n    with:\n      path: ‸ # old\n",
    ),
    (B + "    uses: fi‸\n    with: {}\n", "file.read", B + "    uses: file.read\n    with: {}\n", None),
    (B + '    uses: "fi‸\n', "file.read", B + '    uses: "file.read\n', None),
    (B + "    if: inp‸ == 1\n", "inputs", B + "    if: inputs == 1\n", None),
    (B + "    run: echo {{ inp‸\n", "inputs", B + "    run: echo {{ inputs\n", B + "    run: echo {{ inputs }}\n"),
    (B + "    run: echo {{ inp‸ }} x\n", "inputs", B + "    run: echo {{ inputs }} x\n", None),
    (B + "    if: x | defau‸\n", "default", B + "    if: x | default\n", B + "    if: x | default(‸)\n"),
    ("steps:\n  - run: 😀 {{ in‸puts }}\n", "inputs", "steps:\n  - run: 😀 {{ inputs }}\n", None),
]


@pytest.mark.parametrize(("text", "label", "plain", "snippet"), TAKEN, ids=[text for text, *_ in TAKEN])
def test_what_is_taken_is_written_as_its_place_needs_it(text: str, label: str, plain: str, snippet: str | None) -> None:
    found = offers(text)
    assert taken(text, found, label) == plain
    assert taken(text, found, label, snippet=True) == (snippet or plain)


J = '{"steps": [{"id": "b", %s}]}'
IN_JSON_TAKEN = [
    (J % '"us‸"', "uses", J % '"uses": ', J % '"uses": "‸"'),
    (J % "us‸", "uses", J % '"uses": ', J % '"uses": "‸"'),
    (J % '"u‸": "x"', "uses", J % '"uses": "x"', None),
    (J % '"uses": fi‸', "file.read", J % '"uses": "file.read"', None),
    (J % '"uses": "fi‸le"', "file.read", J % '"uses": "file.read"', None),
    (J % '"uses": "fi‸', "file.read", None, None),
]


@pytest.mark.parametrize(("text", "label", "plain", "snippet"), IN_JSON_TAKEN, ids=[text for text, *_ in IN_JSON_TAKEN])
def test_what_is_taken_in_json_has_its_quotes(text: str, label: str, plain: str | None, snippet: str | None) -> None:
    found = offers(text, path="a.workflow.json")
    if plain is None:
        assert label in labels(found)
        return
    assert taken(text, found, label) == plain
    assert taken(text, found, label, snippet=True) == (snippet or plain)


def test_what_the_target_has_is_on_offer_quoted_where_need_be() -> None:
    text = "steps:\n  - id: b\n    uses: sheet.read\n    with: {file: a.xlsx, range: ‸}\n"
    choices = (Choice("Orders", "sheet", "12 rows"), Choice("a, b", "table"), Choice("2024", "sheet"))
    found = offers(text, choices=choices)
    assert labels(found) == ["Orders", "a, b", "2024"]
    assert 'range: "a, b"}' in taken(text, found, "a, b")
    assert 'range: "2024"}' in taken(text, found, "2024")
    assert "range: Orders}" in taken(text, found, "Orders")
    assert offers(text, choices=None).incomplete


def test_of_many_words_those_are_on_offer_that_the_typed_one_begins() -> None:
    text = "steps:\n  - id: b\n    uses: sql.query\n    with: {database: 'sqlite:///a.db', query: SELECT ‸}\n"
    choices = [Choice(f"c{number}", "column") for number in range(1000)]
    found = offers(text, choices=choices)
    assert found.incomplete
    assert labels(found)[:2] == ["c0", "c1"]
    found = offers(text.replace("‸", "c99‸"), choices=choices)
    assert labels(found)[:2] == ["c99", "c990"]


DATA = [
    ("  - id: b\n    uses: data.sort\n    with: {items: ‸}\n", ["{{ urgent.items }}", "{{ fetch.emails }}"]),
    ("  - id: b\n    uses: data.sort\n    with: {items: em‸}\n", ["{{ urgent.items }}", "{{ fetch.emails }}"]),
    ("  - id: b\n    for_each: ‸\n    run: echo\n", ["{{ urgent.items }}", "{{ fetch.emails }}"]),
    ("  - id: b\n    uses: mail.read\n    with: {mailbox: ‸}\n", ["{{ inputs.box }}"]),
    (
        '  - id: b\n    uses: data.pick\n    with: {items: "{{ fetch.emails }}", fields: [from, ‸]}\n',
        [*MAIL][:1] + [*MAIL][2:],
    ),
    ('  - id: b\n    uses: data.pick\n    with: {items: "{{ fetch.emails }}", fields: ‸}\n', []),
    ('  - id: b\n    uses: data.join\n    with: {left: "{{ fetch.emails }}", on: ‸}\n', list(MAIL)),
]


@pytest.mark.parametrize(("text", "expected"), DATA, ids=[text for text, _ in DATA])
def test_data_that_fits_is_on_offer(text: str, expected: list[str]) -> None:
    assert labels(offers(HEAD + text)) == expected


def test_data_is_written_between_braces_and_quotes() -> None:
    text = HEAD + "  - id: b\n    uses: data.sort\n    with: {items: em‸}\n"
    assert taken(text, offers(text), "{{ fetch.emails }}").endswith('with: {items: "{{ fetch.emails }}"}\n')
    text = HEAD + "  - id: b\n    uses: data.sort\n    with: {items: 'em‸'}\n"
    assert taken(text, offers(text), "{{ fetch.emails }}").endswith("with: {items: '{{ fetch.emails }}'}\n")
    text = JSON % ', "uses": "data.sort", "with": {"items": ‸}}]}'
    found = offers(text, path="a.workflow.json")
    assert taken(text, found, "{{ fetch.emails }}").endswith('"with": {"items": "{{ fetch.emails }}"}}]}')


BOXES = "inputs:\n  mail box: {type: path}\n  it's: {type: path}\nsteps:\n  - id: b\n    uses: mail.read\n    with: {mailbox: "


@pytest.mark.parametrize(
    ("value", "label", "expected"),
    [
        ("‸}\n", "{{ inputs['mail box'] }}", "\"{{ inputs['mail box'] }}\"}\n"),
        ('"‸"}\n', "{{ inputs['mail box'] }}", "\"{{ inputs['mail box'] }}\"}\n"),
        ("'‸'}\n", '{{ inputs["mail box"] }}', "'{{ inputs[\"mail box\"] }}'}\n"),
    ],
)
def test_an_input_that_no_dot_can_be_followed_by_is_offered_in_brackets(value: str, label: str, expected: str) -> None:
    found = offers(BOXES + value)
    assert labels(found) == [label]
    assert taken(BOXES + value, found, label) == BOXES + expected


def test_an_expression_is_closed_behind_brackets_too() -> None:
    text = "inputs:\n  mail box: {type: path}\nsteps:\n  - id: b\n    run: |\n      echo {{ inputs.‸\n"
    expected = text.replace(".‸", '["mail box"] }}')
    assert taken(text, offers(text), "mail box", snippet=True) == expected


@pytest.mark.parametrize(
    "text",
    [
        "  - id: b\n    run: echo {{ j.content[0].‸\n",
        "  - id: b\n    run: echo {{ j.content[0][‸\n",
        '  - id: b\n    run: echo {{ j.content[0]["‸\n',
        '  - id: b\n    uses: data.pick\n    with: {items: "{{ j.content }}", fields: [‸]}\n',
    ],
)
def test_a_name_that_does_not_show_as_what_it_is_is_not_on_offer(text: str) -> None:
    head = "steps:\n  - id: j\n    uses: file.read\n    with: {path: x.json}\n"
    known = {"j": {"content": [{"": 1, "•••": 2, "a•••": 3, "k\nl": 4, "good": 5}], "path": "x.json", "size": 1}}
    assert labels(offers(head + text, known)) == ["good"]


READ = "inputs: {box: {type: path}}\nsteps:\n  - id: b\n    uses: mail.read\n    with:\n      mailbox: "
IN_BLOCKS = [
    ("|-\n        ‸\n", ["in: put.mbox", "{{ inputs.box }}"], "|-\n        in: put.mbox\n"),
    (">-\n        in‸\n", ["in: put.mbox", "{{ inputs.box }}"], ">-\n        in: put.mbox\n"),
    (">-\r\n        in‸\r\n", ["in: put.mbox", "{{ inputs.box }}"], ">-\r\n        in: put.mbox\r\n"),
    ("\n        ‸\n", ["in: put.mbox", "{{ inputs.box }}"], '\n        "in: put.mbox"\n'),
    (">-\n        a\n        ‸\n", [], ""),
    (">-\n        ‸\n        a\n", [], ""),
    ('"a\n        ‸"\n', [], ""),
]


@pytest.mark.parametrize(("value", "names", "expected"), IN_BLOCKS)
def test_a_value_in_a_block_stays_in_it_without_quotes(value: str, names: list[str], expected: str) -> None:
    found = offers(READ + value, choices=[Choice("in: put.mbox", "file")])
    assert labels(found) == names
    if names:
        assert taken(READ + value, found, "in: put.mbox") == READ + expected


def test_a_key_that_the_target_has_gets_its_colon() -> None:
    head = "steps:\n  - id: b\n    uses: sheet.append\n    with: {file: a.csv, rows: "
    columns = [Choice("first name", "column"), Choice("total", "column")]
    assert labels(offers(head + "[{total: 1, ‸}]}", choices=columns)) == ["first name"]
    for text, expected in [("[{‸}]}", "[{first name: }]}"), ("[{‸: 1}]}", "[{first name: 1}]}")]:
        found = offers(head + text, choices=[Choice("first name", "column")])
        assert taken(head + text, found, "first name") == head + expected
    text = JSON % ', "uses": "sheet.append", "with": {"file": "a.csv", "rows": [{"‸"}]}}]}'
    found = offers(text, path="a.workflow.json", choices=[Choice("first name", "column")])
    assert '"rows": [{"first name": }]' in taken(text, found, "first name")


@pytest.mark.parametrize(
    "text",
    ["    uses: data.sort\n    with: {items: *it, by: item.‸}\n", "    for_each: *it\n    run: echo {{ item.‸\n"],
)
def test_fields_of_a_list_whose_anchor_is_in_another_step(text: str) -> None:
    head = "steps:\n  - id: o\n    uses: data.sort\n    with:\n      items: &it [{size: 1}]\n      by: item.size\n  - id: k\n"
    assert labels(offers(head + text)) == ["size"]


@pytest.mark.parametrize("line", ["      ‸", "      ra‸\n", "      ‸\n      header: true\n"])
def test_parameters_beside_a_merged_map(line: str) -> None:
    head = "x-w: &w {file: a.csv}\nsteps:\n  - id: k\n    uses: sheet.read\n    with:\n      <<: *w\n"
    assert labels(offers(head + line)) == ["range", "header"][: 1 if "header" in line else 2]


def test_fields_that_fit_come_first_and_say_what_they_hold() -> None:
    text = 'steps:\n  - id: ask\n    uses: http.request\n    with: {url: "http://x"}\n  - id: b\n    uses: data.sort\n    with: '
    page = {"status": 200, "body": {"n": 1, "rows": [{"id": "x"}]}, "headers": {}, "url": "u"}
    found = offers(text + '{items: "{{ ask.body.‸ }}"}\n', {"ask": page})
    assert labels(found) == ["rows", "n"]
    assert found.items[0].code == "id: string"
    found = offers(text + '{items: "x{{ ask.body.‸ }}"}\n', {"ask": page})
    assert labels(found) == ["n", "rows"]


def test_odd_names_are_written_only_where_they_can_be() -> None:
    text = "steps:\n  - id: ask\n    uses: file.read\n    with: {path: x}\n  - id: b\n"
    page = {
        "content": {"a b": 1, "it's": 1, 'q"': 1, "x\ny": 1, "\u202eabc": 1, "back\\slash": 1},
        "path": "",
        "size": 1,
    }
    for place, expected in (
        ("    run: |\n      {{ ask.content.‸ }}\n", ["a b", "it's"]),
        ("    run: echo {{ ask.content.‸ }}\n", ["a b"]),
        ("    with: {a: {if: ask.content.‸}}\n", []),
        ("    env: {A: '{{ ask.content.‸ }}'}\n", ["a b"]),
    ):
        found = offers(text + place, {"ask": page})
        assert labels(found) == expected, place


def test_files_that_are_meant_come_first() -> None:
    text = "steps:\n  - id: b\n    uses: sheet.read\n    with: {file: ‸}\n"
    choices = (Choice("a.txt", "file"), Choice("b.XLSX", "file"), Choice("c.csv", "file"), Choice("d/", "folder"))
    assert labels(offers(text, choices=choices)) == ["b.XLSX", "c.csv", "d/", "a.txt"]


def test_names_of_targets_that_look_other_than_they_are_are_left_out() -> None:
    text = "steps:\n  - id: b\n    uses: sheet.read\n    with: {file: ‸}\n"
    choices = (Choice("a\nb.csv", "file"), Choice("\u202exslx.exe", "file"), Choice("ü b.csv", "file"))
    assert labels(offers(text, choices=choices)) == ["ü b.csv"]


def test_of_a_thousand_steps_those_near_or_fitting_are_on_offer() -> None:
    steps = "".join(f"  - id: s{n}\n    run: echo\n" for n in range(1000))
    found = offers(f"steps:\n{steps}  - id: last\n    needs: [‸]\n")
    assert found.incomplete
    assert labels(found)[:2] == ["s999", "s998"]
    found = offers(f"steps:\n{steps}  - id: last\n    needs: [s12‸]\n")
    assert labels(found)[:3] == ["s129", "s128", "s127"]
    assert "s12" in labels(found)
    assert offers(f"steps:\n{steps}  - id: last\n    needs: [s1‸00]\n").items[0].label.startswith("s1")
