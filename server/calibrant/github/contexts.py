"""The contexts of expressions: their fields, and what each one holds (docs: contexts reference)."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from calibrant.model.shape import BOOLEAN, NUMBER, OBJECT, STRING, Shape


class FieldSpec(msgspec.Struct, frozen=True):
    """One field of a context: its shape, and what it holds."""

    name: str
    shape: Shape
    doc: str


class ContextSpec(msgspec.Struct, frozen=True):
    """One context. `open`: it may have fields beside those named (GitHub adds some; the user's own names)."""

    name: str
    doc: str
    fields: tuple[FieldSpec, ...] = ()
    open: bool = False

    @property
    def shape(self) -> Shape:
        """The context as a value."""
        return Shape("object", fields=tuple((field.name, field.shape) for field in self.fields), open=self.open)

    def field(self, name: str) -> FieldSpec | None:
        """Return a field by its name; the case does not matter."""
        wanted = name.lower()
        return next((field for field in self.fields if field.name.lower() == wanted), None)


def _text(name: str, doc: str) -> FieldSpec:
    return FieldSpec(name, STRING, doc)


_TEXTS = Shape("object", open=True)
_RESULT = "‘success’, ‘failure’, ‘cancelled’ or ‘skipped’"

_GITHUB = (
    _text("action", "The name of the action, or the id of the step, that runs now."),
    _text("action_path", "Where the action's files are. In composite actions only."),
    _text("action_ref", "The version of the action that runs now, such as ‘v4’."),
    _text("action_repository", "Owner and repository of the action that runs now."),
    _text("action_status", "How it stands with a composite action so far."),
    _text("actor", "Who started the first attempt of this run. See also ‘triggering_actor’."),
    _text("actor_id", "The account number of ‘actor’."),
    _text("api_url", "The address of GitHub's REST API."),
    _text("artifacts", "The file that the step names its artifacts in."),
    _text("artifacts_list", "The file that tells which artifacts the job has named."),
    _text("base_ref", "The branch that the pull request goes into. For pull requests only."),
    _text("env", "The file that a step writes environment variables for later steps to."),
    FieldSpec("event", OBJECT, "The whole payload of the event that started the run."),
    _text("event_name", "The name of the event that started the run."),
    _text("event_path", "The file that holds the payload of the event."),
    _text("graphql_url", "The address of GitHub's GraphQL API."),
    _text(
        "head_ref",
        "The branch that the pull request comes from. For pull requests only; whoever opens it chooses the name.",
    ),
    _text("job", "The id of the job. In its steps only."),
    _text("job_workflow_sha", "The commit of the reusable workflow that the job stands in."),
    _text("output", "The file that a step writes its outputs to."),
    _text("path", "The file that a step writes folders to, which then stand in PATH for later steps."),
    _text("ref", "The branch or tag of the run in full, such as ‘refs/heads/main’ or ‘refs/pull/12/merge’."),
    _text("ref_name", "The branch or tag of the run, such as ‘main’ or ‘12/merge’."),
    FieldSpec("ref_protected", BOOLEAN, "Whether that branch is protected."),
    _text("ref_type", "‘branch’ or ‘tag’."),
    _text("repository", "Owner and repository, such as ‘octocat/hello-world’."),
    _text("repository_id", "The number of the repository."),
    _text("repository_owner", "The owner of the repository."),
    _text("repository_owner_id", "The account number of the owner."),
    _text("repositoryUrl", "The repository's address for Git."),
    _text("repository_visibility", "‘public’, ‘private’ or ‘internal’."),
    _text("retention_days", "How many days logs and artifacts are kept."),
    _text("run_attempt", "How often this run was tried, from 1."),
    _text("run_id", "The number of the run among all of the repository. It stays the same when run again."),
    _text("run_number", "The number of the run among those of this workflow, from 1."),
    _text("secret_source", "Where the secrets come from: ‘None’, ‘Actions’, ‘Codespaces’ or ‘Dependabot’."),
    _text("server_url", "GitHub's own address."),
    _text("sha", "The commit that started the run. For a pull request it is the merge of the two branches."),
    _text("state", "The file that an action writes to what it needs at its end."),
    _text("step_summary", "The file that a step writes its summary to."),
    _text("token", "The token of the job, the same as ‘secrets.GITHUB_TOKEN’. In steps only."),
    _text("triggering_actor", "Who started this attempt of the run."),
    _text("workflow", "The name of the workflow, or its file's path."),
    _text("workflow_ref", "The workflow's file with its branch or tag."),
    _text("workflow_sha", "The commit that the workflow's file is of."),
    _text("workspace", "The folder of the job, where the repository is checked out."),
)

_JOB = (
    FieldSpec("check_run_id", NUMBER, "The number of the check run of the job."),
    FieldSpec(
        "container",
        Shape("object", fields=(("id", STRING), ("network", STRING)), open=True),
        "The container of the job: its ‘id’ and its ‘network’.",
    ),
    FieldSpec("services", OBJECT, "The services of the job by name: ‘id’, ‘network’ and ‘ports’ of each."),
    _text("status", "How it stands with the job so far: ‘success’, ‘failure’ or ‘cancelled’."),
    _text("workflow_file_path", "The file of the workflow that the job stands in."),
    _text("workflow_ref", "That file with its branch or tag; in a reusable workflow its own, not the caller's."),
    _text("workflow_repository", "The repository of that file."),
    _text("workflow_sha", "The commit of that file."),
)

_RUNNER = (
    _text("arch", "The processor of the runner: ‘X86’, ‘X64’, ‘ARM’ or ‘ARM64’."),
    _text("debug", "‘1’ where debug logging is on, else empty."),
    _text("environment", "‘github-hosted’ or ‘self-hosted’."),
    _text("name", "The name of the runner."),
    _text("os", "‘Linux’, ‘Windows’ or ‘macOS’."),
    _text("temp", "A folder that is empty at the beginning of each job, and emptied at its end."),
    _text("tool_cache", "The folder of tools that come with the runner."),
    _text("workspace", "A folder that older actions use; ‘github.workspace’ is the one to use."),
)

_STRATEGY = (
    FieldSpec("fail-fast", BOOLEAN, "Whether the other jobs of the matrix are cancelled when one fails."),
    FieldSpec("job-index", NUMBER, "Which job of the matrix this is, from 0."),
    FieldSpec("job-total", NUMBER, "How many jobs the matrix has."),
    FieldSpec("max-parallel", NUMBER, "How many of them run at a time."),
)

STEP_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("outputs", _TEXTS, "The outputs of the step."),
    _text("conclusion", f"How the step ended, ‘continue-on-error’ taken into account: {_RESULT}."),
    _text("outcome", f"How the step ended by itself: {_RESULT}."),
)
"""What there is of each step, in ‘steps.<id>’."""

NEED_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("outputs", _TEXTS, "The outputs of the job."),
    _text("result", f"How the job ended: {_RESULT}."),
)
"""What there is of each job, in ‘needs.<id>’ and ‘jobs.<id>’."""

SERVICE_FIELDS: tuple[FieldSpec, ...] = (
    _text("id", "The id of the service's container."),
    _text("network", "The id of its network."),
    FieldSpec("ports", Shape("object", open=True), "Its ports: of each port in the container, that of the host."),
)
"""What there is of each service, in ‘job.services.<name>’."""

_ALL = (
    ContextSpec("github", "The run: what started it, on which commit, in which repository.", _GITHUB),
    ContextSpec("env", "Environment variables set by ‘env’ of the workflow, the job or the step.", open=True),
    ContextSpec("vars", "Configuration variables of the repository, its organization and the environment.", open=True),
    ContextSpec("job", "The job that runs now.", _JOB),
    ContextSpec("jobs", "The jobs of a reusable workflow, for its outputs.", open=True),
    ContextSpec("steps", "The steps of this job that have an id and have run.", open=True),
    ContextSpec("runner", "The machine that the job runs on.", _RUNNER),
    ContextSpec(
        "secrets",
        "Secrets. One that is not there is an empty text.",
        (_text("GITHUB_TOKEN", "The token of the job."),),
        open=True,
    ),
    ContextSpec("strategy", "The matrix of this job.", _STRATEGY),
    ContextSpec("matrix", "The values of the matrix that this job has.", open=True),
    ContextSpec("needs", "The jobs that this one needs, with their outputs.", open=True),
    ContextSpec(
        "inputs", "The inputs of the action, of the reusable workflow, or of the run started by hand.", open=True
    ),
)

CONTEXTS: Mapping[str, ContextSpec] = MappingProxyType({context.name: context for context in _ALL})
"""All contexts by name."""

_JOB_SCOPE = ("github", "needs", "strategy", "matrix", "vars", "inputs")
_STEP_SCOPE = (*_JOB_SCOPE, "job", "runner", "env", "secrets", "steps")
_STATUS = ("always", "cancelled", "success", "failure")

AVAILABLE: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (("run-name",), ("github", "inputs", "vars"), ()),
    (("concurrency",), ("github", "inputs", "vars"), ()),
    (("env",), ("github", "secrets", "inputs", "vars"), ()),
    (("on", "workflow_call", "inputs", "*", "default"), ("github", "inputs", "vars"), ()),
    (("on", "workflow_call", "outputs", "*", "value"), ("github", "jobs", "vars", "inputs"), ()),
    (("jobs", "*", "concurrency"), _JOB_SCOPE, ()),
    (("jobs", "*", "container", "credentials"), (*_JOB_SCOPE, "env", "secrets"), ()),
    (("jobs", "*", "container", "env"), (*_JOB_SCOPE, "job", "runner", "env", "secrets"), ()),
    (("jobs", "*", "container"), _JOB_SCOPE, ()),
    (("jobs", "*", "continue-on-error"), _JOB_SCOPE, ()),
    (("jobs", "*", "defaults", "run"), (*_JOB_SCOPE, "env"), ()),
    (("jobs", "*", "env"), (*_JOB_SCOPE, "secrets"), ()),
    (("jobs", "*", "environment", "url"), (*_JOB_SCOPE, "job", "runner", "env", "steps"), ()),
    (("jobs", "*", "environment"), _JOB_SCOPE, ()),
    (("jobs", "*", "if"), ("github", "needs", "vars", "inputs"), _STATUS),
    (("jobs", "*", "name"), _JOB_SCOPE, ()),
    (("jobs", "*", "outputs"), _STEP_SCOPE, ()),
    (("jobs", "*", "runs-on"), _JOB_SCOPE, ()),
    (("jobs", "*", "secrets"), (*_JOB_SCOPE, "secrets"), ()),
    (("jobs", "*", "services", "*", "credentials"), (*_JOB_SCOPE, "env", "secrets"), ()),
    (("jobs", "*", "services", "*", "env"), (*_JOB_SCOPE, "job", "runner", "env", "secrets"), ()),
    (("jobs", "*", "services"), _JOB_SCOPE, ()),
    (("jobs", "*", "snapshot"), _JOB_SCOPE, ()),
    (("jobs", "*", "strategy"), ("github", "needs", "vars", "inputs"), ()),
    (("jobs", "*", "timeout-minutes"), _JOB_SCOPE, ()),
    (("jobs", "*", "cancel-timeout-minutes"), _JOB_SCOPE, ()),
    (("jobs", "*", "with"), _JOB_SCOPE, ()),
    (
        ("jobs", "*", "steps", "*", "if"),
        tuple(name for name in _STEP_SCOPE if name != "secrets"),
        (*_STATUS, "hashFiles"),
    ),
    (("jobs", "*", "steps"), _STEP_SCOPE, ("hashFiles",)),
)
"""Where which contexts and which special functions may be used: patterns of paths, of which the first that begins a path counts.

"*" stands for any name or position.
"""

OF_COMPOSITE: tuple[str, ...] = ("github", "inputs", "strategy", "matrix", "job", "runner", "env", "steps")
"""The contexts of the steps of a composite action: there are no secrets, and nothing of jobs or the repository's variables."""
