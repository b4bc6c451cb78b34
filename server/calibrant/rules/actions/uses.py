"""What stands behind `uses`, taken apart (docs: workflow syntax, ‘jobs.<job_id>.steps[*].uses’ and ‘jobs.<job_id>.uses’)."""

import re

import msgspec

from calibrant.model.nodes import Scalar
from calibrant.model.workflow import JobBody, StepBody

WORKFLOWS = ".github/workflows/"
LOCAL = ("./", "$/")
"""What lies in the same repository: as checked out into the job, or at the commit that runs."""
_FILE = re.compile(r"[^/]+\.ya?ml")


class Uses(msgspec.Struct, frozen=True):
    """A text behind `uses`: `path` is all in front of the last ‘@’, `ref` what follows it, None where there is none."""

    text: str
    path: str
    ref: str | None

    @property
    def is_local(self) -> bool:
        """Whether it lies in the same repository."""
        return self.text.startswith(LOCAL)

    @property
    def is_image(self) -> bool:
        """Whether it is a container image."""
        return self.text.startswith("docker://")

    @property
    def workflow(self) -> str | None:
        """The path of the workflow in its repository, None where it names none."""
        inside = self.path[2:].removeprefix("./") if self.is_local else "/".join(self.path.split("/")[2:])
        return inside if inside.startswith(WORKFLOWS) and inside.endswith((".yml", ".yaml")) else None

    @property
    def is_workflow(self) -> bool:
        """Whether it names a workflow where workflows have to lie."""
        return self.workflow is not None and bool(_FILE.fullmatch(self.workflow.removeprefix(WORKFLOWS)))


def uses_of(body: StepBody | JobBody) -> tuple[Scalar, Uses] | None:
    """Return what a step or a job calls, with its node; None where that is no plain text."""
    node, text = body.action_node, body.action
    if node is None or text is None or node.template is not None or "${{" in text:
        return None
    path, at, ref = text.rpartition("@")
    return node, Uses(text, path, ref) if at else Uses(text, text, None)
