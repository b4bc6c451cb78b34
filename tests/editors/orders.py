"""A small workflow and what it reads, for tests of what an editor knows after a run: nested fields, an optional one, a list."""

import json
from pathlib import Path

NAME = "orders.workflow.yaml"
ORDERS = [
    {"id": 7, "status": "open", "total": 12.5, "customer": {"name": "Ana", "city": "Porto"}},
    {"id": 8, "status": "paid", "total": 3, "customer": {"name": "Bo", "city": "Oslo"}},
    {"id": 9, "status": "open", "total": 40, "customer": {"name": "Cy", "city": "Lyon"}, "note": "call first"},
]
TEXT = """\
name: orders
inputs:
  state: {type: string, default: open, description: Which orders count}
steps:
  - id: orders
    uses: file.read
    with: {path: orders.json}

  - id: chosen
    uses: data.filter
    with:
      items: "{{ orders.content }}"
      where: "{{ item.status == inputs.state }}"

  - id: names
    uses: data.map
    with:
      items: "{{ chosen.items }}"
      to: "{{ item.customer.name }}"

  - id: letter
    uses: file.write
    needs: [names]
    with:
      path: out/letter.txt
      content: "{{ chosen.count }} orders: {{ names.items }}"
"""


def written(folder: Path) -> Path:
    """Write the workflow into a folder that becomes a workspace of its own; returns the workflow's file."""
    folder.mkdir()
    (folder / "calibrant.toml").touch()
    (folder / "orders.json").write_text(json.dumps(ORDERS), encoding="utf-8")
    path = folder / NAME
    path.write_text(TEXT, encoding="utf-8")
    return path
