"""What tests in real editors start from; what a window showed is kept where a test failed."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error

from editors.extension import build
from editors.installed import program
from editors.vscode import Window, context_of, open_window
from editors.workbench import Workbench, serve

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "urgent-mail"
WORKFLOW = "urgent-mail.workflow.yaml"


@pytest.fixture(scope="package")
def extension() -> Path:
    """The extension as people install it."""
    return build()


@pytest.fixture(scope="package")
def workbench(extension: Path) -> Iterator[Workbench]:
    """VS Code with the extension; its folder has a short name, since sockets lie in it."""
    program("code-server"), program("browser")
    with (
        tempfile.TemporaryDirectory(prefix="vsc-", ignore_cleanup_errors=True) as home,
        serve(Path(home), extension) as shown,
    ):
        yield shown


@pytest.fixture
def configured(workbench: Workbench) -> Iterator[Workbench]:
    """The workbench, whose settings and `calibrant` are as they were when the test has ended."""
    yield workbench
    workbench.provide_calibrant()
    workbench.configure()


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example that is a workspace of its own."""
    folder = tmp_path / "urgent-mail"
    shutil.copytree(EXAMPLE, folder)
    return folder


Opener = Callable[[Path | None], Window]


@pytest.fixture
def opener(workbench: Workbench, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Open windows in one browser of a person that has seen nothing yet."""
    windows: list[Window] = []
    context = context_of(workbench)

    def opened(folder: Path | None) -> Window:
        windows.append(open_window(workbench, context, folder))
        return windows[-1]

    request.node.stash[_SHOWN] = (workbench, windows, time.time())
    yield opened
    context.close()


@pytest.fixture
def window(opener: Opener, example: Path) -> Window:
    """A window on the example, with its workflow open."""
    shown = opener(example)
    shown.open(WORKFLOW)
    return shown


_SHOWN = pytest.StashKey[tuple[Workbench, list[Window], float]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and report.when != "teardown" and (shown := item.stash.get(_SHOWN, None)):
        workbench, windows, since = shown
        report.sections.append(("pictures", "\n".join(_picture(window, item.name) for window in windows)))
        report.sections.append(("logs", workbench.logs(since)))
    return report


def _picture(window: Window, name: str) -> str:
    folder = Path(os.environ.get("CALIBRANT_PICTURES") or tempfile.mkdtemp(prefix="calibrant-failed-"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{id(window):x}.png"
    try:
        window.page.screenshot(path=path)
    except Error as error:
        return f"no picture: {error}"
    return str(path)
