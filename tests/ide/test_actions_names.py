"""Names in GitHub Actions files: where they are made known, where they stand, and how they are changed."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.ide.calls import dependencies, dependents, known_as, meant
from calibrant.ide.definition import definition_at
from calibrant.ide.index import Index, index_of
from calibrant.ide.left_behind import left_behind
from calibrant.ide.naming import named_at
from calibrant.ide.occurrences import occurrences
from calibrant.ide.rename import CannotRename, renamable_at, renamed
from calibrant.model.text import TextEdit, apply_edits
from ide.actions import ACTION, COMPOSITE, PATH, TEXT, at
from ide.mangling import mangled_once
from ide.marked import SPECS, read, unmarked


def indexed(text: str, path: str = PATH) -> Index:
    return index_of(read(text, path), SPECS)


def around(text: str, start: int, end: int) -> str:
    """Return a part of a text with its line, the part in brackets."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return f"{text[first:start]}[{text[start:end]}]{text[end : last if last >= 0 else None]}".strip()


DEFINITIONS: list[tuple[str, str]] = [
    (at("steps.ver.outcome", "steps.v‸er.outcome"), "- id: [ver]"),
    (at("steps.ver.outcome", "steps.ver.out‸come"), "- id: [ver]"),
    (at("if: steps.ver", "if: steps.v‸er"), "- id: [ver]"),
    (at("steps.ver.outputs.version !=", "steps.ver.outputs.vers‸ion !="), 'echo "[version]=1" >> "$GITHUB_OUTPUT"'),
    (at("version: ${{ steps.ver.", "version: ${{ steps.v‸er."), "- id: [ver]"),
    (at("needs: [build]", "needs: [bu‸ild]"), "[build]:"),
    (at("needs: test", "needs: te‸st"), "[test]:"),
    (at("needs.build.", "needs.bu‸ild."), "[build]:"),
    (at("needs.build.outputs.version", "needs.build.outputs.ver‸sion"), "[version]: ${{ steps.ver.outputs.version }}"),
    (at("inputs.level", "inputs.le‸vel"), "[level]:"),
    (at("matrix.os", "matrix.o‸s"), "[os]: [ubuntu-latest, macos-15]"),
    (at("job.services.db", "job.services.d‸b"), "[db]:"),
    (at("steps.ver.outcome", "steps['v‸er'].outcome"), "- id: [ver]"),
    (at("steps.ver.outcome", "steps.VE‸R.outcome"), "- id: [ver]"),
    (at("steps.ver.outcome", "env.MO‸DE"), "[MODE]: fast"),
    (at("steps.ver.outcome", "env.COL‸OR"), "[COLOR]: blue"),
    (at("inputs.level", "env.TO‸KEN"), "[TOKEN]: ${{ secrets.DEPLOY_TOKEN }}"),
    (at("secrets.DEPLOY", "secrets.DEP‸LOY"), ""),
    (at("github.ref }}", "github.r‸ef }}"), ""),
    (at("name: CI", "name: C‸I"), ""),
]


@pytest.mark.parametrize(("marked", "expected"), DEFINITIONS)
def test_definitions(marked: str, expected: str) -> None:
    text, offset = unmarked(marked)
    found = definition_at(indexed(text), offset)
    assert (around(text, found.name.start, found.name.end) if found else "") == expected
    if found is not None:
        assert found.whole.start <= found.name.start <= found.name.end <= found.whole.end


def places(marked: str, path: str = PATH) -> list[tuple[str, str]]:
    """Return all places of what is named at the mark, with their roles."""
    text, offset = unmarked(marked)
    index = indexed(text, path)
    named = named_at(index, offset)
    found = occurrences(index.workflow, SPECS, named.symbol, index) if named else ()
    return [(around(text, one.span.start, one.span.end), one.role) for one in found]


def test_all_places_of_a_step_are_those_of_its_job() -> None:
    text = TEXT.replace("      - run: echo ${{ needs.build", "      - id: ver\n        run: echo ${{ needs.build", 1)
    assert places(at("- id: ver\n        name", "- id: v‸er\n        name", text)) == [
        ("version: ${{ steps.[ver].outputs.version }}", "use"),
        ("- id: [ver]", "definition"),
        ("- if: steps.[ver].outputs.version != ''", "use"),
        ("run: echo ${{ steps.[ver].outcome }} ${{ job.services.db.id }}", "use"),
    ]


def test_all_places_of_jobs_inputs_and_outputs() -> None:
    assert places(at("  build:\n", "  bu‸ild:\n")) == [
        ("[build]:", "definition"),
        ("needs: [[build]]", "use"),
        ("- run: echo ${{ needs.[build].outputs.version }} ${{ github.ref }}", "use"),
    ]
    assert places(at("      version: $", "      ver‸sion: $")) == [
        ("[version]: ${{ steps.ver.outputs.version }}", "definition"),
        ("- run: echo ${{ needs.build.outputs.[version] }} ${{ github.ref }}", "use"),
    ]
    assert [role for _, role in places(at("inputs.level", "inputs.lev‸el"))] == ["definition", "use"]
    assert [role for _, role in places(at("matrix.os", "matrix.o‸s"))] == ["use", "definition", "use"]


def test_an_action_names_its_steps_in_its_outputs() -> None:
    assert places(at("- id: say", "- id: sa‸y", COMPOSITE), ACTION) == [
        ("value: ${{ steps.[say].outputs.text }}", "use"),
        ("- id: [say]", "definition"),
    ]
    assert [role for _, role in places(at("inputs.who", "inputs.w‸ho", COMPOSITE), ACTION)] == ["definition", "use"]


RENAMES: list[tuple[str, str, list[tuple[str, str]]]] = [
    (at("- id: ver", "- id: v‸er"), "get", [("id: ver", "id: get"), ("steps.ver.", "steps.get.")]),
    (
        at("  build:\n", "  bu‸ild:\n"),
        "make",
        [("  build:", "  make:"), ("[build]", "[make]"), ("needs.build.", "needs.make.")],
    ),
    (at("needs: test", "needs: te‸st"), "check", [("  test:", "  check:"), ("needs: test", "needs: check")]),
    (
        at("inputs.level", "inputs.le‸vel"),
        "noise",
        [("      level:\n", "      noise:\n"), ("inputs.level", "inputs.noise")],
    ),
    (at("matrix.os", "matrix.o‸s"), "system", [("matrix.os", "matrix.system"), (" os: ", " system: ")]),
    (
        at("services.db.id", "services.d‸b.id"),
        "data",
        [("services.db", "services.data"), ("      db:\n", "      data:\n")],
    ),
    (
        at("      version: $", "      ver‸sion: $"),
        "tag",
        [("      version: $", "      tag: $"), ("d.outputs.version", "d.outputs.tag")],
    ),
]


@pytest.mark.parametrize(("marked", "name", "replaced"), RENAMES)
def test_renames_there_and_back(marked: str, name: str, replaced: list[tuple[str, str]]) -> None:
    text, offset = unmarked(marked)
    index = indexed(text)
    found = renamable_at(index, offset)
    assert found is not None
    after = apply_edits(text, renamed(PATH, index, found.symbol, name))
    expected = text
    for old, new in replaced:
        expected = expected.replace(old, new)
    assert after == expected
    again = indexed(after)
    before = occurrences(index.workflow, SPECS, found.symbol, index)
    back = renamable_at(again, before[0].span.start)  # nothing before the first place has moved
    assert back is not None
    assert back.symbol.name == name
    assert apply_edits(after, renamed(PATH, again, back.symbol, found.symbol.name)) == text
    assert left_behind(index, found.symbol) == []


REFUSED: list[tuple[str, str, str]] = [
    (at("- id: ver", "- id: v‸er"), "two words", "Write ‘two-words’"),
    (at("- id: ver", "- id: v‸er"), "1st", "Write ‘_1st’"),
    (at("- id: ver", "- id: v‸er"), " ", "must not be empty"),
    (at("  build:\n", "  bu‸ild:\n"), "TEST", "called ‘TEST’ there already"),
    (at("  build:\n", "  bu‸ild:\n"), "true", "cannot be written"),
    (at("matrix.os", "matrix.o‸s"), "node", "called ‘node’ there already"),
    (at("secrets.DEPLOY", "secrets.DEP‸LOY"), "x", "repository's settings"),
    (at("MODE: fast", "MO‸DE: fast"), "x", "known to scripts"),
    (at("outputs.version !=", "outputs.ver‸sion !="), "x", "what a step gives"),
    (at("needs: [build]", "needs: [gon‸e]"), "x", "no job called ‘gone’"),
]


def rename(index: Index, offset: int, name: str) -> list[TextEdit]:
    found = renamable_at(index, offset)
    return renamed(PATH, index, found.symbol, name) if found is not None else []


@pytest.mark.parametrize(("marked", "name", "why"), REFUSED)
def test_what_cannot_be_renamed_says_why(marked: str, name: str, why: str) -> None:
    text, offset = unmarked(marked)
    index = indexed(text)
    with pytest.raises(CannotRename) as told:
        rename(index, offset, name)
    assert why in str(told.value)


def test_a_shared_name_is_not_renamed() -> None:
    text = TEXT.replace("needs: [build]", "needs: &n [build]").replace("needs: test", "needs: *n")
    index = indexed(text)
    found = renamable_at(index, text.index("  build:") + 3)
    assert found is not None
    after = apply_edits(text, renamed(PATH, index, found.symbol, "make"))
    assert "needs: &n [make]" in after


def test_where_a_name_may_be_meant_is_told() -> None:
    text = TEXT.replace("${{ steps.ver.outcome }}", "${{ steps.ver. }}", 1)
    index = indexed(text)
    found = renamable_at(index, text.index("- id: ver") + 7)
    assert found is not None
    assert [text[span.start : span.end] for span in left_behind(index, found.symbol)] == ["ver"]


def test_jobs_call_each_other() -> None:
    index = indexed(TEXT)
    test = meant(index, TEXT.index("needs: [build]"))
    assert test is not None
    assert test.label == "test"
    assert [(one.caller.label, len(one.spans)) for one in dependencies(index, test)] == [("build", 2)]
    assert [(one.caller.label, len(one.spans)) for one in dependents(index, test)] == [("deploy", 1)]
    named = meant(index, TEXT.index("[build]") + 2)
    assert named is not None
    assert named.label == "build"
    assert known_as(index, 0, "test") == test
    assert known_as(index, 7, "gone") is None
    assert meant(index, 0) is None


def test_an_index_lends_what_it_knows_of_pieces_that_are_the_same() -> None:
    before = indexed(TEXT)
    text = TEXT.replace("needs.build", "needs.other")
    after = dialects.read(PATH, text, before.workflow)
    assert after
    lent, fresh = index_of(after, SPECS, before).spoken, index_of(read(text, PATH), SPECS).spoken
    assert lent
    assert fresh
    assert before.spoken
    assert lent.mentions == fresh.mentions
    same = [one is other for one, other in zip(lent.mentions, before.spoken.mentions, strict=True)]
    # around, build, test, deploy, three steps, and the one that was changed
    assert same == [False, True, False, True, True, True, True, False]


@pytest.mark.parametrize("seed", range(60))
def test_any_text(seed: int) -> None:
    chance = random.Random(seed)
    path, text = chance.choice([(PATH, TEXT), (ACTION, COMPOSITE)])
    for _ in range(chance.randrange(4)):
        text = mangled_once(text, chance)
    index = indexed(text, path)
    for offset in (chance.randrange(len(text) + 1) for _ in range(25)):
        found = definition_at(index, offset)
        if found is not None:
            assert all(0 <= span.start <= span.end <= len(text) for span in (found.origin, found.whole, found.name))
        named = named_at(index, offset)
        if named is None:
            continue
        assert named.span.holds(offset)
        try:
            able = renamable_at(index, offset)
            if able is None:
                continue
            edits = renamed(path, index, able.symbol, "quite_new")
        except CannotRename:
            continue
        after = apply_edits(text, edits)
        assert after.count("quite_new") == text.count("quite_new") + len(edits)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=80), offset=st.integers(-2, 90))
def test_any_characters(text: str, offset: int) -> None:
    index = indexed(text)
    definition_at(index, offset)
    meant(index, offset)
