"""Whatever comes in whatever order, what is shown in the end is what the texts of the end deserve."""

import asyncio
import random
from pathlib import Path

import pytest

from calibrant.app import analyse
from calibrant.model.settings import Settings
from lsp.editor import editing

STEPS = [
    "  - id: one\n    uses: file.list\n    with: {path: .}\n",
    "  - id: two\n    uses: file.lisst\n",
    "  - id: three\n    uses: file.read\n    with: {path: '{{ onne.files }}'}\n",
    "  - id: one\n    uses: file.list\n    with: {pth: 😀}\n",
    "  - id: [half\n",
]


def expected(path: Path, text: str) -> list[str]:
    found = analyse(str(path), text, Settings())
    assert found
    return sorted(finding.code for finding in found.findings)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_end_is_right(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    ws = tmp_path / "ws"
    ws.mkdir()
    paths = [ws / f"{name}.workflow.yaml" for name in "abc"]
    disk = {path: "steps:\n" + STEPS[at] for at, path in enumerate(paths)}
    for path, text in disk.items():
        path.write_text(text, encoding="utf-8")
    held: dict[Path, str] = {}
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        for version in range(1, 120):
            path = chance.choice(paths)
            text = "steps:\n" + "".join(chance.choices(STEPS, k=chance.randrange(6)))
            if path not in held:
                editor.open(path.as_uri(), text, version)
                held[path] = text
            elif chance.random() < 0.2:
                editor.close(path.as_uri())
                del held[path]
            else:
                editor.change(path.as_uri(), text, version)
                held[path] = text
            if chance.random() < 0.3:
                editor.save(path.as_uri())
            await asyncio.sleep(chance.choice([0, 0, 0, 0.01, 0.05]))

        def right() -> bool:
            return all(editor.codes(path.as_uri()) == expected(path, held.get(path, disk[path])) for path in paths)

        await editor.until(right, "the right end", 5)
        await asyncio.sleep(0.3)
        assert right()
        for path in paths:
            versions = [one.version for one in editor.publications(path.as_uri()) if one.version is not None]
            assert versions == sorted(versions)
