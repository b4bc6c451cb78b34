"""The versions and caches that a job's setup steps ask for, beside what the repository says."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from calibrant.expressions.actions import find_braces
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.nodes import Map, Node, Scalar, Seq, at_path
from calibrant.model.text import Span
from calibrant.model.toolchain import Ground, Toolchain
from calibrant.model.workflow import Step, StepBody
from calibrant.rules.actions.uses import uses_of
from calibrant.rules.commands import Call, call
from calibrant.rules.ground.claim import Claim, Site
from calibrant.rules.ground.managers import CODE as WRONG_MANAGER
from calibrant.rules.ground.managers import MANAGERS, lock_of, lockers
from calibrant.rules.ground.script import Script
from calibrant.rules.ground.versions import CODE, SETUPS, builds, evidence, excluded, severity

_MATRIX: Final = "matrix."
_MOST: Final = 50


class Setup(msgspec.Struct, frozen=True, gc=False):
    """What a step says of a language: `version` as written, or the key of the matrix that says it; `cache` what it keeps."""

    ecosystem: str
    version: Scalar | None = None
    path: Path = ()
    matrix: str = ""
    cache: Scalar | None = None
    apart: bool = False


def setup_of(body: StepBody) -> Setup | None:
    """Return what a step says of the version of a language."""
    found = uses_of(body)
    said = SETUPS.get(found[1].path.lower()) if found is not None else None
    if said is None:
        return None
    ecosystem, name = said
    given = {one.name.lower(): one for one in body.parameters}
    cache = given["cache"].value if "cache" in given else None
    apart = "cache-dependency-path" in given
    version = given.get(name)
    kept = cache if isinstance(cache, Scalar) else None
    if version is None or not isinstance(version.value, Scalar) or version.value.aliased:
        return Setup(ecosystem, cache=kept, apart=apart)
    text = str(version.value.value)
    braces = find_braces(text)
    if not braces:
        return Setup(ecosystem, version.value, version.path, cache=kept, apart=apart)
    inner = text[braces[0].inner : braces[0].inner_end].strip() if text.strip().endswith("}}") else ""
    key = (
        inner.removeprefix(_MATRIX) if inner.startswith(_MATRIX) and len(braces) == 1 and text.startswith("${{") else ""
    )
    return Setup(
        ecosystem, None, version.path, key if key.replace("-", "").replace("_", "").isalnum() else "", kept, apart
    )


def caches(setup: Setup, ground: Ground) -> Iterator[Claim]:
    """Tell of a cache of packages by a lock file that is not there, beside that of another manager."""
    node = setup.cache
    if (
        setup.ecosystem != "node"
        or node is None
        or setup.apart
        or node.value not in ("npm", "yarn", "pnpm")
        or node.aliased
    ):
        return
    site = Site(ground, ".", node.locate, ("with", "cache"))
    there = lockers(site, ".", "package.json")
    used = MANAGERS[str(node.value)]
    known = {*used.locks, *(MANAGERS["yarn"].locks if used.name == "npm" else ())}
    if len(there) != 1 or there[0].name not in ("npm", "yarn", "pnpm") or there[0].name == used.name:
        return
    if all(site.missing(".", lock) is not None for lock in known):
        lock = lock_of(site, ".", there[0])
        finding = Finding(
            WRONG_MANAGER,
            Kind.PARAMETER,
            node.span,
            f"‘cache: {used.name}’ looks for {' or '.join(sorted(known))}, and this project is locked by {there[0].name}.",
            hint=f"Use ‘cache: {there[0].name}’.",
            where=("with", "cache"),
            subject=used.name,
            candidates=(there[0].name,),
            evidence={"manager": there[0].name, "instead": there[0].name, "lock": lock, "used": used.name},
        )
        yield Claim(finding, frozenset((*known, *there[0].locks)), absent=False)


def of_versions(
    job: Map,
    setups: Sequence[tuple[Step, Setup]],
    scripts: Sequence[tuple[Step, Script]],
    ground: Ground,
    base: str | None,
) -> Iterator[tuple[Step | None, Finding]]:
    """Yield what is wrong with the versions that a job asks for: of the step, or of the job (the step is None then).

    A version counts where a command behind it works on a project that excludes it.
    """
    for at, (step, setup) in enumerate(setups):
        again = any(other.ecosystem == setup.ecosystem for _, other in setups[at + 1 :])
        if again or (at and any(other.ecosystem == setup.ecosystem for _, other in setups[:at])):
            continue  # which of them holds for a command is not looked at
        building = list(_building(setup.ecosystem, step, scripts, ground, base))
        if setup.version is not None:
            for finding in _of_version(setup.version, setup.path, building):
                yield step, finding
        elif setup.matrix:
            yield from ((None, finding) for finding in _of_matrix(job, setup.matrix, building))


def _building(
    ecosystem: str, step: Step, scripts: Sequence[tuple[Step, Script]], ground: Ground, base: str | None
) -> Iterator[tuple[Call, Toolchain, Site]]:
    """Yield the commands behind a step that build, install or test a project, with that."""
    for other, script in scripts:
        if other.index < step.index or base is None or other.body.condition is not None:
            continue
        own = at_path(other.body.node, ("working-directory",))
        folder = (str(own.value) if isinstance(own, Scalar) else None) if own is not None else base
        if folder is None or "${{" in folder:
            continue
        site = Site(ground, folder, Span, ())
        for command in script.commands:
            called = next((one for one in (call(command.unwrapped), call(command)) if one is not None), None)
            if called is None or not command.certain or not builds(called, ecosystem):
                continue
            where = site.folder(called.cwd)
            for toolchain in ground.survey.holding(where) if where is not None else ():
                if toolchain.ecosystem == ecosystem:
                    yield called, toolchain, site


def _of_version(node: Scalar, path: Path, building: Sequence[tuple[Call, Toolchain, Site]]) -> Iterable[Finding]:
    text = _written(node)
    worst: Severity = "error" if any(severity(called) == "error" for called, _, _ in building) else "warning"
    for _, toolchain, site in building:
        out = excluded(toolchain, text, site) if text else None
        if out is not None:
            return [
                Finding(
                    CODE,
                    Kind.PARAMETER,
                    node.span,
                    out.message,
                    hint=f"Use {out.fits}." if out.fits else "",
                    severity=worst,
                    where=path,
                    subject=text,
                    candidates=(out.fits,) if out.fits else (),
                    evidence=evidence(out),
                )
            ]
    return []


def _written(node: Scalar) -> str:
    """Return a version as GitHub hands it to the action: 3.10 without quotes is the number 3.1, of which another rule tells."""
    if isinstance(node.value, bool) or node.value is None or "${{" in str(node.value):
        return ""
    return str(node.value).strip()


def _of_matrix(job: Map, key: str, building: Sequence[tuple[Call, Toolchain, Site]]) -> Iterator[Finding]:
    """Yield what is wrong with the values of a row of the matrix; where combinations are left out or added, nothing is said."""
    matrix = at_path(job, ("strategy", "matrix"))
    row: Node | None = matrix.get(key) if isinstance(matrix, Map) else None
    if not isinstance(matrix, Map) or not isinstance(row, Seq) or row.aliased or matrix.get("exclude") is not None:
        return
    for at, item in enumerate(row.items[:_MOST]):
        if isinstance(item, Scalar) and not item.aliased:
            yield from _of_version(item, ("strategy", "matrix", key, at), building)
