"""Rows by the hundred megabytes, from a file through filter and map into a sheet, in bounded memory.

`CALIBRANT_TEST_MEGABYTES=100` tries the full size; docs/performance.md has the figures.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

MEGABYTES = int(os.environ.get("CALIBRANT_TEST_MEGABYTES", "5"))
FIXED, FOR_EACH = 80, 9
"""Megabytes that a worker may take at most: for itself, and for each of the file's; rows as objects take most of them."""

WORKFLOW = """\
steps:
  - {id: rows, uses: file.read, timeout: 600, with: {path: in.csv}}
  - {id: kept, uses: data.filter, timeout: 600, with: {items: "{{ rows.content }}", where: item.team == 'ops'}}
  - id: made
    uses: data.map
    timeout: 600
    with: {items: "{{ kept.items }}", to: {name: "{{ item.name }}", total: "{{ item.amount | float * 2 }}"}}
  - {id: head, uses: file.write, with: {path: out.csv, content: "name,total\\n"}}
  - {id: out, needs: head, uses: sheet.append, timeout: 600, with: {file: out.csv, rows: "{{ made.items }}"}}
  - {id: back, needs: out, uses: sheet.read, timeout: 600, with: {file: out.csv}}
  - {id: count, uses: file.write, with: {path: n.txt, content: "{{ back.count - made.count }} {{ back.rows[-1].name }}"}}
"""
MEASURE = """\
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True)
sys.stdout.buffer.write(done.stdout)
sys.stderr.write(done.stderr.decode() if done.returncode else "")
sys.stderr.write("\\n%d" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def rows(path: Path, megabytes: int) -> None:
    written, at = 0, 0
    with path.open("w", encoding="utf-8") as file:
        file.write("id,name,team,city,amount,placed,note\n")
        while written < megabytes * 1_000_000:
            team, note = ("dev", "ops", "ops")[at % 3], "x" * (20 + at % 40)
            placed = f"2024-05-{at % 28 + 1:02}T10:00:00"
            written += file.write(
                f'{at},customer {at},{team},city {at % 977},{at % 1000}.{at % 100:02},{placed},"note {at}, {note}"\n'
            )
            at += 1


def test_many_rows_in_bounded_memory(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "calibrant.toml").write_text("", encoding="utf-8")
    (folder / "a.workflow.yaml").write_text(WORKFLOW, encoding="utf-8")
    rows(folder / "in.csv", MEGABYTES)
    command = (sys.executable, "-m", "calibrant", "calibrate", "a.workflow.yaml", "--format", "json")
    environment = {**os.environ, "CALIBRANT_STATE": str(tmp_path / "state"), "CALIBRANT_CONFIG": str(tmp_path / "none")}
    done = subprocess.run(
        (sys.executable, "-c", MEASURE, *command),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    (result,) = json.loads(done.stdout)
    found = [issue for issues in result["issues"].values() for issue in issues if issue["severity"] != "hint"]
    assert (result["status"], found) == ("completed", []), done.stderr
    assert result["summary"]["completed_steps"] == 7
    peak = int(done.stderr.split()[-1]) / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    assert peak < FIXED + FOR_EACH * MEGABYTES, f"{peak:.0f} MB for {MEGABYTES} MB of rows"
