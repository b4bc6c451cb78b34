"""Really does what a case says, with real files, servers, databases and commands; gives back issues as people see them."""

import asyncio
import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from calibrant import connectors, dialects, failures, rules
from calibrant.engine.run import run_workflow
from calibrant.failures.collector import collect
from calibrant.model.event import Event, RunFinished, RunRequest, StepFinished
from calibrant.model.issue import Issue
from calibrant.model.settings import Settings
from calibrant.store import open_store
from calibrant.workspace.analysis import analyse, broken_steps
from connectors.server import serving
from connectors.workspace import build

_RUN = ("trusted", "execute", "live", "inputs", "time_limit", "copy_limit", "output_limit", "on_fatal", "resume")


class Said(msgspec.Struct, frozen=True):
    """One issue as people see it; `at` are the characters it is shown on."""

    step: str
    code: str
    kind: str
    severity: str
    at: str
    message: str
    hint: str


class Done(msgspec.Struct, frozen=True):
    """What came of a run. Whatever depends on the machine (ports, folders) is replaced by names."""

    said: tuple[Said, ...]
    issues: tuple[Issue, ...]
    status: dict[str, str]
    reasons: dict[str, str]
    end: RunFinished
    end_said: str
    events: tuple[Event, ...]


@contextmanager
def place(folder: Path) -> Iterator[dict[str, str]]:
    """Fill a folder with the usual files and yield what `{name}` stands for in a case: a server, a port that is closed."""
    build(folder)
    with serving() as server:
        yield {"server": server.url, "closed": f"http://127.0.0.1:{closed_port()}", "folder": str(folder)}


def closed_port() -> int:
    """Return a port of this machine that nothing listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def do(folder: Path, state: Path, case: Mapping[str, Any], named: Mapping[str, str]) -> Done:
    """Run one case: `workflow` (a text with `<name>` for what depends on the machine), `files`, `env` and run options."""
    text = _filled(str(case["workflow"]), named)
    for name, content in dict(case.get("files", {})).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    path = folder / str(case.get("path", "a.workflow.yaml"))
    path.write_text(text, encoding="utf-8", newline="")
    return asyncio.run(_do(path, text, folder, state, case, named))


async def _do(
    path: Path, text: str, folder: Path, state: Path, case: Mapping[str, Any], named: Mapping[str, str]
) -> Done:
    settings = Settings()
    analysis = analyse(str(path), text, connectors.specs(), settings)
    assert analysis is not None
    given: dict[str, Any] = {"trusted": True, "execute": "open"} | {key: case[key] for key in _RUN if key in case}
    request = RunRequest(
        session="s",
        workspace=str(folder),
        path=str(path),
        text=text,
        state=str(state),
        broken=broken_steps(analysis),
        confidential=analysis.checked.confidential,
        **given,
    )
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder)} | dict(case.get("env", {}))
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    with closing(open_store(state, folder)) as store:
        running = run_workflow(request, workflow, connectors.registry(), store.outputs, environ)
        events: list[Event] = [event async for event in running]
    found = [finding for event in events for finding in collect(event, workflow)]
    heard = failures.apply(rules.unsilenced(workflow, found), settings)
    issues = failures.group(path.name, (*analysis.findings, *heard)).all
    finished = [event for event in events if isinstance(event, StepFinished)]
    end = events[-1]
    assert isinstance(end, RunFinished)
    return Done(
        said=tuple(_said(issue, text, named) for issue in issues if issue.severity != "hint"),
        issues=tuple(issues),
        status={event.step: event.status for event in finished},
        reasons={event.step: _named(event.reason, named) for event in finished if event.reason},
        end=end,
        end_said=_named(end.reason, named),
        events=tuple(events),
    )


def _said(issue: Issue, text: str, named: Mapping[str, str]) -> Said:
    finding = issue.finding
    texts = (text[finding.span.start : finding.span.end], finding.message, finding.hint)
    at, message, hint = (_named(one, named) for one in texts)
    return Said(finding.step or "", finding.code, finding.kind.value, finding.severity, at, message, hint)


def _filled(text: str, named: Mapping[str, str]) -> str:
    for name, value in named.items():
        text = text.replace(f"<{name}>", value)
    return text


def _named(text: str, named: Mapping[str, str]) -> str:
    for name, value in named.items():
        text = text.replace(value, f"<{name}>")
    return text


def texts_of(done: Done) -> Iterable[str]:
    """Return every text of a result that people read at first sight."""
    yield done.end.reason
    yield from done.reasons.values()
    for issue in done.issues:
        yield issue.finding.message
        yield issue.finding.hint
        for place_ in issue.finding.related:
            yield place_.message
