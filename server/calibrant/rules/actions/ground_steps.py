"""What steps that call actions do to the files of their job."""

import re
from typing import Literal

from calibrant.model.nodes import Map, Node, Scalar
from calibrant.model.workflow import StepBody
from calibrant.rules.actions.uses import uses_of
from calibrant.rules.ground.claim import parts
from calibrant.rules.ground.doings import ANYTHING, Doing

Bringing = Literal["nothing", "repository", "other"]

_CHECKOUT = "actions/checkout"
_PLAIN = frozenset(
    {
        *(
            "fetch-depth",
            "fetch-tags",
            "token",
            "persist-credentials",
            "submodules",
            "lfs",
            "clean",
            "ssh-key",
            "ssh-strict",
        ),
        *("show-progress", "set-safe-directory", "ssh-known-hosts", "ssh-user", "github-server-url"),
    }
)
"""Inputs of a checkout with which it still brings this repository, all of it, to where the job starts."""

_HARMLESS = re.compile(
    r"(?:actions/(?:setup-[\w-]+|upload-artifact|upload-pages-artifact|deploy-pages|configure-pages|labeler|stale|github-script"
    r"|dependency-review-action|attest[\w-]*|first-interaction|create-github-app-token)|pnpm/action-setup|oven-sh/setup-bun"
    r"|astral-sh/(?:setup-uv|ruff-action)|ruby/setup-ruby|gradle/(?:actions/(?:setup-gradle|wrapper-validation)"
    r"|wrapper-validation-action)|dtolnay/rust-toolchain(?:/\w+)?|actions-rs/toolchain|actions-rust-lang/setup-rust-toolchain"
    r"|swatinem/rust-cache|codecov/codecov-action|abatilo/actions-poetry|snok/install-poetry|pdm-project/setup-pdm"
    r"|conda-incubator/setup-miniconda|mamba-org/setup-micromamba|docker/(?:setup-[\w-]+|login-action|metadata-action)"
    r"|taiki-e/install-action|extractions/setup-just|arduino/setup-task|google-github-actions/(?:auth|setup-gcloud)"
    r"|aws-actions/(?:configure-aws-credentials|amazon-ecr-login)|azure/(?:login|setup-[\w-]+)|denoland/setup-deno"
    r"|volta-cli/action|jdx/mise-action|cachix/(?:install-nix-action|cachix-action)|step-security/harden-runner"
    r"|sigstore/cosign-installer|hashicorp/setup-[\w-]+|github/codeql-action/(?:init|upload-sarif)|golangci/golangci-lint-action"
    r"|dorny/paths-filter|tj-actions/changed-files|coverallsapp/github-action|mxschmitt/action-tmate|pre-commit/action"
    r"|erlef/setup-beam|shivammathur/setup-php|julia-actions/setup-julia|r-lib/actions/setup-[\w-]+|jakebailey/pyright-action"
    r"|styfle/cancel-workflow-action|fkirc/skip-duplicate-actions|browser-actions/[\w-]+|nanasess/setup-[\w-]+"
    r"|coursier/(?:setup|cache)-action|wntrblm/nox|chartboost/ruff-action|psf/black|8398a7/action-slack|pypa/gh-action-pypi-publish"
    r"|microsoft/setup-msbuild|nuget/setup-nuget|ilammy/msvc-dev-cmd|awalsh128/cache-apt-pkgs-action|peter-evans/[\w-]+"
    r"|softprops/action-gh-release|ncipollo/release-action|actions/cache/save)",
    re.IGNORECASE,
)
"""Actions that bring programs, or look at files, and leave those of the repository as they are."""

_HASH = "hashfiles"


def brings(body: StepBody) -> Bringing:
    """Tell whether a step brings the repository to where its job starts; "other": something else may be there from then on."""
    found = uses_of(body)
    if found is None or found[1].path.lower() != _CHECKOUT:
        return "nothing"
    if body.condition is not None:
        return "other"
    return "repository" if all(one.name.lower() in _PLAIN for one in body.parameters) else "other"


def does(body: StepBody) -> tuple[Doing, ...]:
    """Return what a step that calls an action may do to files."""
    found = uses_of(body)
    if found is None:
        return (ANYTHING,)
    path = found[1].path
    if path.lower() == _CHECKOUT or _HARMLESS.fullmatch(path):
        return ()
    if path.lower() in ("actions/cache", "actions/cache/restore"):
        given = body.parameter("path")
        text = given.value.value if given is not None and isinstance(given.value, Scalar) else None
        return (Doing(-1, names=frozenset(parts(text.replace("\n", "/")))),) if isinstance(text, str) else (ANYTHING,)
    return (Doing(-1, makes=True),) if found[1].is_local else (ANYTHING,)


def from_hash(node: Node | None) -> bool:
    """Tell whether a condition asks for files."""
    return isinstance(node, Scalar) and isinstance(node.value, str) and _HASH in node.value.lower()


def given(body: StepBody, name: str) -> Node | None:
    """Return what a step gives for an input of its action."""
    value = body.node.get("with") if isinstance(body.node, Map) else None
    return value.get(name) if isinstance(value, Map) else None
