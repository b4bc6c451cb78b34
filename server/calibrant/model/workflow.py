"""A workflow as read from its text, the same for every language.

Every step is a frozen `StepBody` with spans relative to its own piece of the text, placed in the document by
`Step.origin`: an unchanged step keeps its body (the same object) from one reading to the next, wherever it moves.
"""

import msgspec

from calibrant.model.expression import Expression, Path, Reference
from calibrant.model.issue import Finding
from calibrant.model.language import Language
from calibrant.model.nodes import Anchors, Map, Node, Scalar
from calibrant.model.text import Span


class Parameter(msgspec.Struct, frozen=True, gc=False):
    """A parameter as given: where its name stands and its value. `path` is where it stands below the step's map."""

    name: str
    name_span: Span
    value: Node
    path: tuple[str | int, ...]


class Need(msgspec.Struct, frozen=True, gc=False):
    """A dependency that carries no data."""

    id: str
    span: Span


class Retry(msgspec.Struct, frozen=True, gc=False):
    """How often a step is tried in all, and the first pause in seconds."""

    attempts: int = 1
    delay: float = 1.0


class Ignore(msgspec.Struct, frozen=True, gc=False):
    """A comment (or key) that silences codes: on the lines of `span` (and, for one above a step, on the whole step).

    No codes: every code. `whole` is True where it stands above the step or in its map.
    """

    codes: frozenset[str]
    span: Span
    whole: bool = False


class StepBody(msgspec.Struct, frozen=True, gc=False):
    """What a step says. All spans are relative to the step's piece.

    `id_node`, `action_node` … are the nodes as written, for rules that judge their form; `id` and `action` are set only
    where they are texts. `action` is what does the work: a connector's name ("shell.run" for the short form `run`), or what
    else the language calls; a script for which nothing is called stands in `run`. `problems` were found on reading. `text`
    is the piece it was read from. `references` are all references of the step except those to `item` and `index`.
    `scope` are patterns of the files that its commands may change; None where it does not say.
    `anchors` is what it shares with other steps; None where it hangs on more than that and must be read each time.
    """

    node: Node
    text: str
    id: str | None = None
    id_node: Scalar | None = None
    name: str | None = None
    action: str | None = None
    action_node: Scalar | None = None
    short: bool = False
    run: Scalar | None = None
    parameters: tuple[Parameter, ...] = ()
    needs: tuple[Need, ...] = ()
    condition: Expression | None = None
    for_each: Node | None = None
    retry: Retry = Retry()
    timeout: float = 60.0
    sample: Node | None = None
    scope: tuple[str, ...] | None = None
    templating: bool = True
    expressions: tuple[Expression, ...] = ()
    references: tuple[Reference, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    problems: tuple[Finding, ...] = ()
    anchors: Anchors | None = None

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, the first where it stands twice."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        return None

    @property
    def script(self) -> Scalar | None:
        """The shell text that the step runs, as written; None where it runs none."""
        if self.run is not None or self.action != "shell.run":
            return self.run
        given = self.parameter("command")
        return given.value if given is not None and isinstance(given.value, Scalar) else None


class Step(msgspec.Struct, frozen=True, gc=False):
    """A step in its place: position in the file and offset of its piece in the document.

    In a language with jobs, `job` is the position of its own, `number` its place in that one, and `scope` what that is called.
    """

    index: int
    origin: int
    body: StepBody
    job: int = -1
    number: int = -1
    scope: str = ""

    @property
    def id(self) -> str | None:
        """The step's id, if it has one."""
        return self.body.id

    @property
    def position(self) -> int:
        """The step's place in its list: that of its job, or of the file."""
        return self.number if self.job >= 0 else self.index

    @property
    def label(self) -> str:
        """What to call the step: its id, else its place ("#3"), behind what its job is called ("build/#3")."""
        own = self.body.id or f"#{self.position + 1}"
        return f"{self.scope}/{own}" if self.scope else own

    @property
    def span(self) -> Span:
        """The step's whole span in the document."""
        return self.at(self.body.node.span)

    @property
    def head(self) -> Span:
        """The place to show what concerns the step as a whole: its id, else its action, else its first key or itself."""
        body = self.body
        for node in (body.id_node, body.action_node):
            if node is not None:
                return self.at(node.span)
        if isinstance(body.node, Map) and body.node.entries:
            return self.at(body.node.entries[0].key.span)
        return self.span

    def at(self, span: Span) -> Span:
        """Return the document's span of one relative to the step."""
        return span.shift(self.origin)


class JobBody(msgspec.Struct, frozen=True, gc=False):
    """What stands around the steps of a job, or of what else holds a list of steps. All spans are relative to the job's piece.

    `node` is the job's value without the contents of its steps: an empty list stands where these stand. `text` is its piece, its
    steps included. `action` is what the whole job calls instead of having steps, `parameters` what that is given. The
    others are as in `StepBody`.
    """

    node: Node
    text: str
    id: str | None = None
    id_node: Scalar | None = None
    name: str | None = None
    action: str | None = None
    action_node: Scalar | None = None
    parameters: tuple[Parameter, ...] = ()
    needs: tuple[Need, ...] = ()
    condition: Expression | None = None
    expressions: tuple[Expression, ...] = ()
    references: tuple[Reference, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    problems: tuple[Finding, ...] = ()

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, the first where it stands twice."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


class Job(msgspec.Struct, frozen=True, gc=False):
    """A job in its place: its piece begins at `origin`, its steps are `Workflow.steps[first:after]`.

    `path` leads to its value in the document.
    """

    index: int
    origin: int
    body: JobBody
    path: Path
    first: int = 0
    after: int = 0

    @property
    def id(self) -> str | None:
        """The job's id, if it has one."""
        return self.body.id

    @property
    def label(self) -> str:
        """What to call the job: its id, else the last key on the way to it."""
        return self.body.id or str(self.path[-1])

    @property
    def head(self) -> Span:
        """The place to show what concerns the job as a whole: its key, else itself."""
        return self.at(self.body.id_node.span if self.body.id_node else self.body.node.span)

    def at(self, span: Span) -> Span:
        """Return the document's span of one relative to the job."""
        return span.shift(self.origin)


class Input(msgspec.Struct, frozen=True, gc=False):
    """A declared input; spans are relative to the document."""

    name: str
    name_span: Span
    node: Node
    type: str = "string"
    required: bool = False
    description: str = ""
    default: Node | None = None
    sample: Node | None = None
    enum: tuple[object, ...] = ()


class Secret(msgspec.Struct, frozen=True, gc=False):
    """A declared secret; its value comes from the environment variable of the same name."""

    name: str
    span: Span


class Workflow(msgspec.Struct, frozen=True, gc=False):
    """A whole workflow, with holes where its text has them.

    `root` is the top-level map without the steps' contents (spans in the document); `steps_span` is where the list
    of steps stands, `problems` what reading found outside the steps. `in_pieces`: each step was read from its text alone, so
    that a later reading may take its body over wherever that text stands.

    In a language with `jobs`, their steps follow each other in `steps`, and `root` has an empty map where the jobs' contents are;
    `expressions` are those outside of the jobs.
    """

    language: Language
    text: str
    root: Node
    name: str | None = None
    description: str = ""
    inputs: tuple[Input, ...] = ()
    secrets: tuple[Secret, ...] = ()
    steps: tuple[Step, ...] = ()
    steps_span: Span | None = None
    ignores: tuple[Ignore, ...] = ()
    problems: tuple[Finding, ...] = ()
    is_workflow: bool = True
    in_pieces: bool = False
    jobs: tuple[Job, ...] = ()
    expressions: tuple[Expression, ...] = ()

    def step(self, step_id: str) -> Step | None:
        """Return the first step with that id."""
        for step in self.steps:
            if step.body.id == step_id:
                return step
        return None

    def path_of(self, step: Step) -> Path:
        """Return the path in the document that leads to a step's map."""
        return (*(self.jobs[step.job].path if step.job >= 0 else ()), "steps", step.position)
