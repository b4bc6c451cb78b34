"""Which steps of a job set which outputs, as far as that can be read."""

import re
from collections.abc import Sequence

from calibrant.model.connector import Specs
from calibrant.model.workflow import Step


def setting(steps: Sequence[Step], output: str, specs: Specs) -> list[Step]:
    """Return the steps that set an output of that name."""
    return [step for step in steps if _sets(step, output, specs)]


def _sets(step: Step, output: str, specs: Specs) -> bool:
    script = step.body.run.value if step.body.run is not None else None
    name = re.escape(output)
    if isinstance(script, str):
        if re.search(rf"::set-output name={name}::", script):
            return True
        return "GITHUB_OUTPUT" in script and re.search(rf"(?<![\w-]){name}(?:=|<<)", script) is not None
    spec = specs.get(step.body.action or "")
    return spec is not None and any(field.lower() == output.lower() for field, _ in spec.output.fields)


def id_of(step: Step, steps: Sequence[Step]) -> str:
    """Return a step's id, or one made of its name or of the action that it calls, which no other step of its job has."""
    if step.body.id:
        return step.body.id
    taken = {other.id.lower() for other in steps if other.id}
    action = (step.body.action or "").partition("@")[0].rstrip("/").rsplit("/", 1)[-1]
    name = next((made for text in (step.body.name or "", action) if (made := slug(text))), "step")
    number, found = 2, name
    while found.lower() in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def slug(text: str) -> str:
    """Return a text as an id: small letters, digits and dashes, beginning with a letter; empty where nothing is left."""
    made = re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")[:40].strip("-")
    return made if re.match(r"[a-z_]", made) else ""
