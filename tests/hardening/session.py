"""A random editing session with the real server: whatever is sent, in whatever order, these hold.

No crash and nothing in the log; every request answered; what is shown in the end is a fresh check of the newest texts,
under the newest version; every session told to its end; no process and no private copy left; the end comes when asked for.
"""

import json
import queue
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from calibrant import app, failures
from calibrant.model.settings import Settings
from calibrant.model.text import LineIndex, Span
from cli.command import calibrant, workflow
from dialects.test_native_properties import PIECES, TEXTS, edited
from lsp.editor import children
from lsp.wire import Wire

DATA = Path(__file__).parents[1] / "data" / "native"
SOURCES = [*TEXTS.values(), *(path.read_bytes().decode() for path in sorted((DATA / "err").glob("*.workflow.*")))]
NAMES = ("a.workflow.yaml", "b.workflow.yml", "c.workflow.json", "sub/d.workflow.yaml", "é ü%40.workflow.yaml")
SEEN_BY_LOOKS = frozenset({"file-not-found", "missing-folder", "folder-not-found", "path-outside"})
"""Codes of what is not there, which reading alone does not tell."""

ASKED = (
    *("codeLens", "documentSymbol", "hover", "completion", "definition", "references", "documentHighlight", "rename"),
    *("prepareRename", "prepareCallHierarchy", "inlayHint", "foldingRange", "selectionRange", "documentLink"),
    *("semanticTokens/full", "semanticTokens/full/delta", "semanticTokens/range", "onTypeFormatting"),
)
"""What an editor asks about a document, each with those of the same parameters that it takes."""

Shown = tuple[str, tuple[int, int, int, int]]


class Document:
    """What the client holds of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.uri = path.as_uri()
        self.text = ""
        self.version: int | None = None

    @property
    def is_open(self) -> bool:
        return self.version is not None


class Session:
    """One session; `steps` messages, all chosen by `seed`."""

    def __init__(self, folder: Path, seed: int, steps: int) -> None:
        self.chance = random.Random(seed)
        self.steps = steps
        self.folder = folder
        self.ws = folder / "ws"
        (self.ws / "sub").mkdir(parents=True)
        (folder / "tmp").mkdir()
        (self.ws / "calibrant.toml").touch()
        self.documents = [Document(self.ws / name) for name in NAMES]
        self.disk: dict[Path, str] = {}
        self.requests: dict[int, Any] = {}
        self.answered: set[int] = set()
        self.sessions: set[str] = set()
        self.ended: list[str] = []
        self.shown: dict[str, dict[str, Any]] = {}
        self.number = 0
        self.run_once: set[Path] = set()
        # How the client behaves: the answers that it gives to the server's own requests.
        self.answers = self.chance.choice(["well", "never", "errors", "nonsense"])

    def run(self) -> None:
        """Play the session, then see to what must hold."""
        for document in self.documents[:3]:
            self._write(document)
        options = {"run": self.chance.choice(["onSave", "manual"])}
        capabilities = {
            "window": {"workDoneProgress": True},
            "workspace": {
                "configuration": self.chance.random() < 0.3,
                "codeLens": {"refreshSupport": True},
                "didChangeWatchedFiles": {"dynamicRegistration": self.chance.random() < 0.7},
            },
        }
        folders = [{"uri": self.ws.as_uri(), "name": "ws"}]
        environ = {"TMPDIR": str(self.folder / "tmp")}
        with Wire(
            self.folder / "state",
            environ=environ,
            workspaceFolders=folders,
            capabilities=capabilities,
            initializationOptions=options,
        ) as wire:
            self.wire = wire
            self.watches = capabilities["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"]  # type: ignore[index]
            for _ in range(self.steps):
                self.chance.choices(*zip(*self._moves(), strict=True))[0]()
                self._take_in()
                if self.chance.random() < 0.1:
                    time.sleep(self.chance.choice([0.005, 0.03, 0.1]))
            self._settle()
            self._leave()

    # What the client does

    def _moves(self) -> Iterator[tuple[Callable[[], None], float]]:
        yield self._open, 4
        yield self._type, 10
        yield self._type_partly, 10
        yield self._close, 1.2
        yield self._save, 2
        yield self._ask, 5
        yield self._cancel_request, 1
        yield self._command, 4
        yield self._malformed, 2
        yield self._disk, 2
        yield self._configure, 0.3

    def _text(self) -> str:
        kind = self.chance.random()
        if kind < 0.05:
            return ""
        if kind < 0.07:
            return "steps:\n" + "".join(f"  - id: s{at}\n    uses: file.list\n" for at in range(2500))
        if kind < 0.1:
            return "".join(self.chance.choices([*PIECES, "a", "1", " "], k=60))
        return self.chance.choice(SOURCES)

    def _next_version(self, document: Document) -> int:
        jump = self.chance.choice([1, 1, 1, 1, 2, 1000])
        return (document.version or 0) + jump

    def _open(self) -> None:
        closed = [document for document in self.documents if not document.is_open]
        document = self.chance.choice(closed if closed and self.chance.random() < 0.9 else self.documents)
        document.text = self._text()
        document.version = self.chance.choice([0, 1, 1, 7, -3]) or 1
        item = {
            "uri": document.uri,
            "languageId": self.chance.choice(["yaml", "json", "", "python"]),
            "version": document.version,
            "text": document.text,
        }
        self._send(method="textDocument/didOpen", params={"textDocument": item})

    def _one(self) -> Document:
        """Return a document, mostly an open one."""
        held = [document for document in self.documents if document.is_open]
        return self.chance.choice(held if held and self.chance.random() < 0.95 else self.documents)

    def _type(self) -> None:
        document = self._one()
        edits = [
            (self.chance.random(), self.chance.choice([0, 0, 0.001, 0.01, 0.1]), self.chance.choice(["", "x", *PIECES]))
            for _ in range(self.chance.randrange(1, 4))
        ]
        text = self._text() if self.chance.random() < 0.1 else edited(document.text, edits)
        self._changed(document, text, [{"text": text}])

    def _type_partly(self) -> None:
        document, changes = self._one(), []
        text = document.text
        for _ in range(self.chance.randrange(1, 4)):
            start = self.chance.randrange(len(text) + 1)
            end = min(len(text), start + self.chance.choice([0, 0, 1, 5, 400]))
            new = self.chance.choice(["", "x", "  - id: new\n", *PIECES])
            index = LineIndex(text)
            start, end = _whole(text, start), _whole(text, end)
            places = [index.position(place, "utf-16") for place in (start, end)]
            first, last = ({"line": at.line, "character": at.character} for at in places)
            if end == len(text) and self.chance.random() < 0.3:
                last = {"line": last["line"] + 1000, "character": 7}
            changes.append({"range": {"start": first, "end": last}, "text": new})
            text = text[:start] + new + text[end:]
        self._changed(document, text, changes)

    def _changed(self, document: Document, text: str, changes: list[Any]) -> None:
        version = self._next_version(document)
        identifier = {"uri": document.uri, "version": version}
        self._send(method="textDocument/didChange", params={"textDocument": identifier, "contentChanges": changes})
        if document.is_open:
            document.text, document.version = text, version

    def _close(self) -> None:
        document = self._one()
        document.version = None
        self._notify("textDocument/didClose", document)

    def _save(self) -> None:
        document = self._one()
        self.run_once.add(document.path)
        if document.is_open and self.chance.random() < 0.5:
            self._write(document, document.text)
        self._notify("textDocument/didSave", document)

    def _ask(self) -> None:
        document = self._one()
        uri = self.chance.choice([document.uri, document.uri, "file:///no/such.workflow.yaml", "untitled:x", "", "%"])
        place = {"line": self.chance.randrange(-1, 60), "character": self.chance.randrange(-1, 60)}
        everything = {
            "textDocument": {"uri": uri}, "position": place, "positions": [place] * self.chance.randrange(3),
            "range": {"start": {"line": 0, "character": 0}, "end": place}, "previousResultId": self.chance.choice("123x"),
            "ch": self.chance.choice("{\n}"), "options": {"tabSize": 2, "insertSpaces": True},
            "newName": self.chance.choice(["b", "a b", ""]), "context": {"includeDeclaration": True},
        }  # fmt: skip
        self._request(f"textDocument/{self.chance.choice(ASKED)}", everything)

    def _cancel_request(self) -> None:
        self._ask()
        self._send(method="$/cancelRequest", params={"id": self.chance.randrange(1, self.number + 2)})

    def _command(self) -> None:
        document = self._one()
        uri = document.uri
        self.run_once.add(document.path)
        argument: Any = self.chance.choice([
            *[{"uri": uri}] * 12, {"uri": uri, "inputs": {"mailbox": 3, "é": [None]}}, {"uri": uri, "resume": "partial"},
            {"uri": uri, "live": "yes"}, {"uri": 3}, {"uri": "file:///"}, {"uri": "file://[x"}, {}, 3, None, "x", [],
            {"session": "none"}, {"session": self.chance.choice([*self.sessions, ""])}, {"uri": uri, "surplus": 1},
        ])  # fmt: skip
        name = self.chance.choice(["calibrate", "calibrate", "cancel", "history", "nothing"])
        arguments = self.chance.choice([*[[argument]] * 6, [argument, argument], None, []])
        self._request("workspace/executeCommand", {"command": f"calibrant.{name}", "arguments": arguments})

    def _malformed(self) -> None:
        kind = self.chance.randrange(6)
        if kind == 0:
            self.wire.write(self.chance.choice([b"{", b"[]", b"3", b"\xff", b"", b'{"id": {}}', b"[" * 5000]))
        elif kind == 1:
            self.wire.raw(b"X-Odd: 1\r\nContent-Length: 2\r\n\r\n{}")
        elif kind == 2:
            self._request(self.chance.choice(["nothing/known", "", "initialize", "textDocument/rename"]), None)
        elif kind == 3:
            self._request("textDocument/codeLens", self.chance.choice([3, [], {}, {"textDocument": 7}, "x"]))
        elif kind == 4:
            method = self.chance.choice(
                ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "$/x"]
            )
            self._send(method=method, params=self.chance.choice([3, {}, {"textDocument": {}}, None]))
        else:
            self._send(id="never asked", result=self.chance.choice([3, None, {}]))

    def _disk(self) -> None:
        document = self.chance.choice(self.documents)
        if document.path in self.disk and self.chance.random() < 0.3:
            document.path.unlink()
            del self.disk[document.path]
        else:
            self._write(document)
        self._tell_of_files()

    def _configure(self) -> None:
        settings: Any = self.chance.choice(
            [None, 3, {"calibrant": None}, {"calibrant": {"concurrency": 2}}, {"other": {}}]
        )
        self._send(method="workspace/didChangeConfiguration", params={"settings": settings})

    def _write(self, document: Document, text: str | None = None) -> None:
        text = (self._text() if text is None else text).replace("\0", " ").encode("utf-8", "replace").decode()
        new = document.path.with_suffix(".new")
        new.write_bytes(text.encode())
        new.replace(document.path)
        self.disk[document.path] = text

    def _tell_of_files(self) -> None:
        changes = [{"uri": document.uri, "type": 2} for document in self.documents]
        if self.watches:
            self._send(method="workspace/didChangeWatchedFiles", params={"changes": changes})

    # The wire

    def _send(self, **message: Any) -> None:
        self.wire.send(**message)

    def _notify(self, method: str, document: Document) -> None:
        self._send(method=method, params={"textDocument": {"uri": document.uri}})

    def _request(self, method: str, params: Any) -> int:
        self.number += 1
        self.requests[self.number] = (method, params)
        self._send(id=self.number, method=method, params=params)
        return self.number

    def _take_in(self) -> None:
        while True:
            try:
                message = self.wire.received.get_nowait()
            except queue.Empty:
                return
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._answered(message)
        elif message["method"] == "textDocument/publishDiagnostics":
            self.shown[message["params"]["uri"]] = message["params"]
        elif message["method"] == "calibrant/session":
            self.ended.append(message["params"]["session"])
        elif "id" in message:
            self._answer(message)

    def _answered(self, message: dict[str, Any]) -> None:
        number = message.get("id")
        if number is None:
            assert "error" in message
            return
        assert number in self.requests, f"an answer that nobody asked for: {message}"
        assert number not in self.answered, f"answered twice: {message}"
        assert "Traceback" not in json.dumps(message)
        self.answered.add(number)
        if isinstance(result := message.get("result"), dict) and set(result) == {"session"}:
            self.sessions.add(result["session"])

    def _answer(self, message: dict[str, Any]) -> None:
        match self.answers:
            case "well":
                wanted = message["method"] == "workspace/configuration"
                self._send(id=message["id"], result=[None] * len(message["params"]["items"]) if wanted else None)
            case "errors":
                self._send(id=message["id"], error={"code": -32603, "message": "no"})
            case "nonsense":
                self._send(id=message["id"], result=self.chance.choice([3, "x", [3], {"a": []}]))

    # What must hold

    def _settle(self) -> None:
        self._tell_of_files()
        self._until(lambda: self.answered == self.requests.keys(), self._unanswered, 30)
        self._until(
            lambda: self.sessions <= set(self.ended), lambda: f"not ended: {self.sessions - set(self.ended)}", 60
        )
        assert len(self.ended) == len(set(self.ended))
        self._until(lambda: not any(self._wrong()), lambda: "\n".join(self._wrong()), 15)

    def _unanswered(self) -> str:
        return f"not answered: {[self.requests[number] for number in self.requests if number not in self.answered]}"

    def _until(self, done: Callable[[], bool], why: Callable[[], str], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert self.wire.process.poll() is None, f"the server ended: {b''.join(self.wire.errors).decode()}"
            assert time.monotonic() < end, why()
            time.sleep(0.02)
            self._take_in()

    def _wrong(self) -> Iterator[str]:
        """Yield what is shown otherwise than a fresh check says."""
        for document in self.documents:
            text = document.text if document.is_open else self.disk.get(document.path, "").removeprefix("\ufeff")
            there = document.is_open or document.path in self.disk
            wanted = sorted(fresh(document.path, text)) if there else []
            params = self.shown.get(document.uri, {"diagnostics": [], "version": document.version})
            found = sorted(_shown(one) for one in params["diagnostics"])
            left = list((Counter(wanted) - Counter(found)).elements())
            surplus = list((Counter(found) - Counter(wanted)).elements())
            if document.path in self.run_once:  # what its run found is shown beside
                surplus = []
            surplus = [one for one in surplus if one[0] not in SEEN_BY_LOOKS]
            if left or surplus:
                yield f"{document.path.name} {document.version}: missing {left}, too many {surplus} in {text!r}"
            if params.get("version") != document.version and (params["diagnostics"] or document.is_open):
                yield f"{document.path.name}: version {params.get('version')} shown, {document.version} is the newest"

    def _leave(self) -> None:
        busy = self.chance.random() < 0.5
        if busy:  # the end may come while a run goes on
            for document in self.documents:
                if document.is_open:
                    self._request(
                        "workspace/executeCommand",
                        {"command": "calibrant.calibrate", "arguments": [{"uri": document.uri}]},
                    )
            time.sleep(self.chance.choice([0, 0.05, 0.3]))
        last = self._request("shutdown", None)
        self._until(lambda: last in self.answered, lambda: "no answer to shutdown", 20)
        running = [told for pid in children(self.wire.process.pid) if (told := _told(pid))]
        assert not running, f"still running after shutdown: {running}"
        self._send(method="exit")
        assert self.wire.process.wait(10) == 0
        said = b"".join(self.wire.errors).decode()
        for word in ("Traceback", "Something went wrong", "Cannot analyse", "Cannot handle"):
            assert word not in said, said
        self._tidy()

    def _tidy(self) -> None:
        """See that no private copy is left: a worker that was too slow to stop leaves its own to the next run."""
        place = self.folder / "tmp"
        if not list(place.iterdir()):
            return
        time.sleep(1.1)  # what was made just now may be of a run that is about to begin
        last = self.folder / "last"
        last.mkdir()
        workflow(last, "steps:\n  - id: w\n    uses: file.write\n    with: {path: a.txt, content: x}\n")
        calibrant("calibrate", ".", folder=last, state=self.folder / "state", env={"TMPDIR": str(place)})
        assert not list(place.iterdir()), "a private copy was left"


def _told(pid: int) -> str:
    """Return what a process is; nothing of one that has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return "" if state in "ZX" else f"{state} {Path(f'/proc/{pid}/cmdline').read_text()!r}"
    except OSError:
        return ""


def _whole(text: str, place: int) -> int:
    """Return a place that is not inside a line end: no editor puts its cursor there."""
    return place - 1 if 0 < place < len(text) and text[place - 1 : place + 1] == "\r\n" else place


def _shown(diagnostic: dict[str, Any]) -> Shown:
    start, end = diagnostic["range"]["start"], diagnostic["range"]["end"]
    return diagnostic["code"], (start["line"], start["character"], end["line"], end["character"])


def fresh(path: Path, text: str) -> Iterator[Shown]:
    """Yield what should be shown of a text that was never seen before."""
    analysis = app.analyse(str(path), text, Settings())
    assert analysis
    index = LineIndex(text)
    for issue in failures.group(path.name, analysis.findings).all:
        finding = issue.finding
        yield finding.code, _range(index, finding.span)
        for other in finding.related:
            if finding.cause and other.step and not other.path:
                yield finding.code, _range(index, other.span)


def _range(index: LineIndex, span: Span) -> tuple[int, int, int, int]:
    start, end = (index.position(place, "utf-16") for place in (span.start, span.end))
    return start.line, start.character, end.line, end.character


def play(folder: Path, seed: int, steps: int = 80) -> None:
    """Play one session in a new folder, and remove that when all went well."""
    home = folder / f"seed-{seed}"
    home.mkdir()
    Session(home, seed, steps).run()
    shutil.rmtree(home)
