"""Any small workflow, edited anyhow: a partial run gives what a full one gives, and calls exactly what the edit reaches."""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.partial import Place, Ran

FOLDERS = ("d0", "d1")
WRITERS = frozenset({"write", "append", "make"})
COMMANDS = frozenset({"cat", "make"})
TOUCHING = frozenset({"read", "list", "gone"}) | WRITERS | COMMANDS


class Made(msgspec.Struct, frozen=True):
    """A step in the abstract: what it does, with which number, in which folder, to which file, on whose output."""

    kind: str
    number: int
    folder: str
    file: str
    source: int | None


@st.composite
def workflows(draw: st.DrawFn) -> tuple[Made, ...]:
    """Draw a workflow whose steps may read the outputs of those before them."""
    kinds = st.sampled_from(["map", "map", "read", "list", "gone", "write", "append", "make", "cat"])
    made = []
    for position in range(draw(st.integers(1, 7))):
        source = draw(st.one_of(st.none(), st.integers(0, position - 1))) if position else None
        folder, file = draw(st.sampled_from(FOLDERS)), draw(st.sampled_from(["a.txt", "b.txt"]))
        made.append(Made(draw(kinds), draw(st.integers(0, 2)), folder, file, source))
    return tuple(made)


def needs(steps: Sequence[Made], position: int) -> list[int]:
    """Return what a step waits for beside its source: the step before it that has to do with files of its folder."""
    step = steps[position]
    others = [at for at in range(position) if steps[at].kind in TOUCHING and steps[at].folder == step.folder]
    return others[-1:] if step.kind in TOUCHING else []


def text_of(steps: Sequence[Made], comment: int) -> str:
    """Return the workflow as a file says it."""
    lines = [f"# {comment}", "steps:"]
    for position, step in enumerate(steps):
        reference = "" if step.source is None else f"{{{{ s{step.source} }}}}"
        path = f"{step.folder}/{step.file}"
        shown: Mapping[str, dict[str, Any]] = {
            "map": {"uses": "data.map", "with": {"items": [step.number, reference], "to": "{{ item }}"}},
            "read": {"uses": "file.read", "with": {"path": f"{step.folder}/a.txt"}},
            "list": {"uses": "file.list", "with": {"path": step.folder}},
            "gone": {"uses": "file.read", "with": {"path": f"{step.folder}/none.txt"}},
            "write": {"uses": "file.write", "with": {"path": path, "content": [step.number, reference]}},
            "append": {
                "uses": "file.write",
                "with": {"path": path, "content": f"{step.number}{reference}\n", "append": True},
            },
            "make": {"run": f"echo {step.number} >> {path}"},
            "cat": {"run": f"cat {step.folder}/*; echo {step.number}"},
        }
        waits = {"needs": [f"s{at}" for at in needs(steps, position)]}
        lines.append(f"  - {json.dumps({'id': f's{position}', **shown[step.kind], **waits})}")
    return "\n".join(lines) + "\n"


class Expected:
    """What has to be called, by what the documentation says that outputs hang on."""

    def __init__(self) -> None:
        self._recorded: dict[object, dict[int, object]] = {}
        self._runs = 0

    def of_run(
        self, steps: Sequence[Made], disk: Mapping[str, tuple[str, int]], seen: Ran, outputs: Mapping[str, object]
    ) -> set[str]:
        """Return which steps are called; `outputs` and the states of `seen` are those that a full run gives."""
        self._runs += 1
        before = [self._before(steps, position) for position in range(len(steps))]
        effects: dict[int, object] = {}
        called: list[int] = []
        looking: list[int] = []
        reused: set[int] = set()
        fresh: list[tuple[object, int, object]] = []
        for position, step in enumerate(steps):
            status = seen.finished[f"s{position}"].status
            if status == "skipped":  # of what it writes, the target is looked at all the same
                looking += self._seen(position, steps, before) if step.kind in ("write", "append") else []
                continue
            key = self._key(position, steps, disk, before, effects, outputs)
            made: object = (self._runs, position)
            if status == "failed" or key not in self._recorded:
                called.append(position)
                fresh += [(key, position, made)] if status != "failed" else []
            else:  # what the step itself gave last, else what any step did
                reused.add(position)
                known = self._recorded[key]
                made = known.get(position) or list(known.values())[-1]
                fresh += [(key, position, made)] if position not in known else []
            if step.kind in WRITERS:
                effects[position] = (key, made) if step.kind == "make" else key
        for key, position, made in fresh:
            self._recorded.setdefault(key, {})[position] = made
        again = set(called)
        waiting = looking + [one for position in called for one in self._looked_at(position, steps, before)]
        while waiting:
            one = waiting.pop()
            if one in reused:
                reused.remove(one)
                again.add(one)
                waiting += self._looked_at(one, steps, before)
        return {f"s{position}" for position in again}

    def _before(self, steps: Sequence[Made], position: int) -> frozenset[int]:
        waiting, found = [position], set[int]()
        while waiting:
            at = waiting.pop()
            source = steps[at].source if steps[at].kind in ("map", "write", "append") else None
            for other in [*needs(steps, at), *([] if source is None else [source])]:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return frozenset(at for at in found if steps[at].kind in WRITERS)

    def _seen(self, position: int, steps: Sequence[Made], before: Sequence[frozenset[int]]) -> list[int]:
        """Return the writers whose files an output hangs on."""
        step = steps[position]
        if step.kind in COMMANDS:
            return sorted(before[position])
        same = [at for at in before[position] if steps[at].folder == step.folder]
        if step.kind in WRITERS:
            return [at for at in same if steps[at].file == step.file]
        if step.kind == "read":
            return [at for at in same if steps[at].file == "a.txt"]
        return same if step.kind == "list" else []

    def _looked_at(self, position: int, steps: Sequence[Made], before: Sequence[frozenset[int]]) -> list[int]:
        """Return the writers that must have written where a step is called."""
        kind = steps[position].kind
        if kind == "gone":
            return sorted(before[position])
        commands = [at for at in before[position] if steps[at].kind == "make"] if kind in WRITERS else []
        return self._seen(position, steps, before) + commands

    def _key(
        self,
        position: int,
        steps: Sequence[Made],
        disk: Mapping[str, tuple[str, int]],
        before: Sequence[frozenset[int]],
        effects: Mapping[int, object],
        outputs: Mapping[str, object],
    ) -> object:
        step = steps[position]
        uses = step.source is not None and step.kind in ("map", "write", "append")
        given = json.dumps(outputs.get(f"s{step.source}"), sort_keys=True, default=str) if uses else ""
        # What a step of that kind does not say cannot make a difference.
        call = (
            step.kind,
            step.number if step.kind not in ("read", "list", "gone") else 0,
            step.folder if step.kind != "map" else "",
            step.file if step.kind in WRITERS else "",
            given,
        )
        files: object = ()
        if step.kind in COMMANDS:
            files = tuple(sorted(disk.items()))
        elif step.kind in WRITERS:
            files = disk.get(f"{step.folder}/{step.file}", ("",))[0]
        elif step.kind == "read":
            files = disk[f"{step.folder}/a.txt"][0]
        written = Counter(effects[at] for at in self._seen(position, steps, before) if at in effects)
        return call, files, frozenset(written.items())


async def outputs_of(place: Place, seen: Ran) -> dict[str, object]:
    good = [step for step, event in seen.finished.items() if event.status in ("completed", "rehearsed")]
    return {step: place.output(step) for step in good if not seen.finished[step].provisional}


async def check(steps: tuple[Made, ...], edits: Sequence[tuple[str, int, int]], folder: Path, concurrency: int) -> None:
    """Run a workflow after each edit, partially here and fully where nothing is recorded."""
    if concurrency > 1:  # commands beside each other take the files of the others for theirs
        steps = tuple(msgspec.structs.replace(step, folder="d0") for step in steps)
    place = Place(folder / "partial")
    disk = {f"{name}/a.txt": ("0\n", 0) for name in FOLDERS}  # what it holds, and since when
    expected = Expected()
    comment = 0
    for number, edit in enumerate([("none", 0, 0), *edits]):
        match edit:
            case ("number", at, value):
                at %= len(steps)
                changed = msgspec.structs.replace(steps[at], number=value)
                steps = (*steps[:at], changed, *steps[at + 1 :])
            case ("disk", at, value):
                disk[f"{FOLDERS[at % 2]}/a.txt"] = (f"{value}\n", number)
            case ("comment", _, value):
                comment = value
        for name, (content, _) in disk.items():
            file = place.folder / name
            file.parent.mkdir(exist_ok=True)
            if disk[name][1] == number:
                file.write_text(content)
        text = text_of(steps, comment)
        twin = place.twin(folder / f"full{number}")
        full = await twin.run(text, "full", concurrency=concurrency)
        seen = await place.run(text, concurrency=concurrency)
        assert seen.status() == full.status()
        assert {step: event.failures for step, event in seen.finished.items()} == {
            step: event.failures for step, event in full.finished.items()
        }
        assert {step for step, event in seen.finished.items() if event.provisional} == {
            step for step, event in full.finished.items() if event.provisional
        }
        truth = await outputs_of(twin, full)
        assert await outputs_of(place, seen) == truth
        wanted = expected.of_run(steps, disk, full, truth)
        if concurrency == 1:
            assert set(seen.ran) == wanted, text
            assert not number or all(seen.ran.values())


EDITS = st.lists(
    st.tuples(st.sampled_from(["number", "number", "disk", "comment"]), st.integers(0, 8), st.integers(0, 2)),
    max_size=3,
)


@settings(max_examples=15, deadline=None)
@given(workflows(), EDITS, st.sampled_from([1, 1, 1, 8]))
def test_a_partial_run_gives_what_a_full_one_gives(
    steps: tuple[Made, ...], edits: list[tuple[str, int, int]], concurrency: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(check(steps, edits, Path(folder), concurrency))
