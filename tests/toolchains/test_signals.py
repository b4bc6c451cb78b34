from calibrant.model.toolchain import Evidence
from calibrant.toolchains.globs import fits, named
from calibrant.toolchains.marks import Marks
from calibrant.toolchains.parsing import as_json, as_toml, as_yaml
from calibrant.toolchains.signals import confidence, decide


def test_signals_add_up_and_none_is_certain() -> None:
    one, two = Evidence("a", "a manifest", 0.6), Evidence("b", "a lock file", 0.7)
    assert confidence([]) == 0
    assert confidence([one]) == 0.6
    assert confidence([one, two]) == 0.88
    assert confidence([one, two, Evidence("c", "says otherwise", -0.5)]) == 0.44


def test_a_strong_claim_of_another_manager_lowers_the_confidence_and_is_said() -> None:
    npm = Evidence("package-lock.json", "lock file of npm", 0.8)
    pnpm = Evidence("pnpm-lock.yaml", "lock file of pnpm", 0.9)
    alone, both = decide({"pnpm": [pnpm]}), decide({"npm": [npm], "pnpm": [pnpm]})
    assert both.manager == "pnpm"
    assert both.confidence < alone.confidence
    assert both.conflicts == (
        "pnpm-lock.yaml (lock file of pnpm) speaks for pnpm, package-lock.json (lock file of npm) for npm",
    )
    assert both.evidence[-1].weight < 0
    hint = decide({"pnpm": [pnpm], "yarn": [Evidence("README", "names yarn", 0.2)]})
    assert (hint.confidence, hint.conflicts) == (alone.confidence, ())


def test_a_half_typed_manifest_gives_what_stands_above_the_fault() -> None:
    read = as_toml('[project]\nname = "one"\nversion = \n[tool.x]\na = 1\n')
    assert (read.value, read.fault) == ({"project": {"name": "one"}}, 3)
    assert as_toml("a = " + "[" * 5_000).value == {}
    assert as_json('{"name": "one", "scripts": {"test": "jest"').value["scripts"] == {"test": "jest"}
    assert as_yaml("a: 1\nb: [1,\nc: 2\n").value["a"] == 1


def test_patterns_go_segment_by_segment() -> None:
    assert fits("packages/one", "packages/*")
    assert not fits("packages/one/two", "packages/*")
    assert fits("packages/one/two", "./packages/**/two/")
    assert not fits("a/" * 100, "**/" * 60 + "b")


def test_a_workspace_names_its_members_by_paths_and_patterns() -> None:
    globs = ["./packages/*/", "tools/one", "libs/**", 3]
    named_ones = [
        path for path in ("packages/a", "packages/a/b", "tools/one", "tools/two", "libs/x/y") if named(path, globs)
    ]
    assert named_ones == ["packages/a", "tools/one", "libs/x/y"]
    assert not named("packages/old", globs, ["packages/old/"])
    assert not named("packages/older", globs, ["packages/old*"])
    assert not named("x", [])


def test_marks_are_names_and_patterns() -> None:
    marks = Marks({"python": ("pyproject.toml", "requirements*.txt"), "go": ("go.mod",)})
    assert marks.of(["go.mod", "requirements-dev.txt", "x"]) == ["python", "go"]
    assert marks.of(["x"]) == []
    assert marks.fits("requirements.txt")
    assert not marks.fits("a-requirements.txt")
