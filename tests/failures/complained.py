"""What readers find in the outputs kept below tests/data/output: each `<case>.txt` beside what is expected of it.

An output comes from really running the tool. Lines at its head that begin with `#: ` say which version, and how; they are not
part of it. `<case>.json` holds the complaints as `shown` gives them. After a change that is meant,
`python tests/failures/complained.py CASE.txt…` writes them anew, to be read through before they are kept.
"""

import json
import sys
from pathlib import Path

from calibrant.failures.reports import read, read_left
from calibrant.failures.reports.reader import Complaint
from calibrant.model.failure import Left

OUTPUTS = Path(__file__).parents[1] / "data" / "output"


def output_of(path: Path) -> str:
    """Return an output without what is said of it at its head."""
    lines = path.read_bytes().decode().split("\n")
    while lines and lines[0].startswith("#: "):
        lines.pop(0)
    return "\n".join(lines)


def left_in(path: Path) -> Left:
    """Return a report that a tool left, as the engine hands it on."""
    return Left(path.name, "sarif" if path.suffix == ".sarif" else "junit", path.read_text(encoding="utf-8"))


def shown(complaint: Complaint) -> dict[str, object]:
    """Return a complaint as it is written down: lines and columns from 1, what is empty left out."""
    at = complaint.at
    every = {
        "tool": complaint.tool,
        "code": complaint.code,
        "kind": complaint.kind.value,
        "severity": complaint.severity if complaint.severity != "error" else "",
        "file": complaint.file,
        "line": at.line + 1 if at else 0,
        "column": at.column + 1 if at and at.column else 0,
        "end": [at.end_line + 1, at.end_column] if at and (at.end_line != at.line or at.end_column >= 0) else [],
        "name": complaint.name,
        "rule": complaint.rule,
        "message": complaint.message,
        "also": [f"{spot.file}:{spot.at.line + 1} {spot.message}" for spot in complaint.also],
    }
    return {key: value for key, value in every.items() if value}


def main(paths: list[str]) -> None:
    """Write what is found in these outputs beside them."""
    for path in map(Path, paths):
        complaints = read(output_of(path)) if path.suffix == ".txt" else read_left(left_in(path))
        found = [shown(complaint) for complaint in complaints]
        path.with_suffix(".json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
