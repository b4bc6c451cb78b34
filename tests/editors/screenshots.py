"""Makes the pictures of the documentation from the real editors: ``python tests/editors/screenshots.py docs/pictures``.

It needs what tests/editors/install.sh installs. Each picture is what the editor shows at that moment, losslessly compressed.
"""

import base64
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser, Page, expect

from editors import ansi
from editors.extension import build
from editors.neovim_screens import pictures
from editors.vscode import Window, open_window
from editors.workbench import Workbench, serve

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "urgent-mail"
WORKFLOW = "urgent-mail.workflow.yaml"
LOOKS = {
    "editor.fontSize": 13,
    "editor.lineHeight": 19,
    "workbench.colorTheme": "Default Dark Modern",
    "diffEditor.renderSideBySide": True,
    "editor.cursorBlinking": "solid",
    "workbench.reduceMotion": "on",
    "window.commandCenter": False,
    "workbench.layoutControl.enabled": False,
    "breadcrumbs.enabled": False,
    "editor.stickyScroll.enabled": False,
}
_WEBP = """
async png => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({type: 'image/webp', quality: 1});
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
"""


def keep(browser: Browser, shown: Page, path: Path) -> None:
    """Write what a page shows as WebP, once nothing moves any more."""
    before, still = b"", shown.screenshot()
    while before != still:
        shown.wait_for_timeout(500)
        before, still = still, shown.screenshot()
    png = base64.b64encode(still).decode()
    with browser.new_page() as converter:
        path.write_bytes(base64.b64decode(converter.evaluate(_WEBP, png)))
    print(f"{path} ({path.stat().st_size // 1000} kB)")


def opened(workbench: Workbench, folder: Path, width: int, height: int) -> Window:
    """Open the example in a window of that size, trusted, and run it."""
    context = workbench.browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    window = open_window(workbench, context, folder)
    window.open(WORKFLOW)
    window.command("View: Toggle Primary Side Bar Visibility")
    window.command("Calibrant: Calibrate This Workflow")
    expect(window.status()).to_contain_text("11 errors, 1 warning")
    expect(window.lens("last result")).to_be_visible()
    return window


def take(workbench: Workbench, folder: Path, target: Path) -> None:
    """Take all pictures of VS Code."""
    window = opened(workbench, folder, 1080, 700)
    fields(window)
    keep(workbench.browser, window.page, target / "vscode-fields.webp")
    as_it_was(window)
    problems(window)
    keep(workbench.browser, window.page, target / "vscode-problems.webp")
    menu(window)
    keep(workbench.browser, window.page, target / "vscode-quick-fix.webp")
    result(window)
    keep(workbench.browser, window.page, target / "vscode-result.webp")
    difference(window)
    keep(workbench.browser, window.page, target / "vscode-roll-back.webp")


def fields(window: Window) -> None:
    """Show what can follow in an expression, by what the last run found, and behind the steps what they gave."""
    window.page.set_viewport_size({"width": 820, "height": 560})
    window.go_to(27, 28)
    window.page.mouse.move(700, 450)
    window.page.mouse.wheel(0, -145)  # as far as the step whose output is used
    window.page.mouse.move(500, 20)
    window.page.keyboard.press("Control+Delete")
    window.page.keyboard.press("Backspace")
    window.type(".")
    expect(window.page.locator(".suggest-widget.visible .monaco-list-row").first).to_be_visible()


def as_it_was(window: Window) -> None:
    """Take back what was typed."""
    window.page.keyboard.press("Escape")
    for _ in range(3):
        window.page.keyboard.press("Control+Z")
    window.wait_for_line("{{ item.received }}")
    window.page.set_viewport_size({"width": 1080, "height": 700})


def problems(window: Window) -> None:
    """Show marks, the list of problems, and one of them under the pointer."""
    window.problems()
    window.go_to(29, 1)
    window.hover("UrgentMail")


def menu(window: Window) -> None:
    """Show what mends the wrong range."""
    window.page.keyboard.press("Control+J")
    window.go_to(52, 18)
    window.fix_that("(tried: it works)")


def result(window: Window) -> None:
    """Show the tree of the last result."""
    window.page.keyboard.press("Escape")
    window.go_to(1, 1)
    window.command("Calibrant: Show Last Result")
    rows = window.view("Last Result")
    expect(rows.filter(has_text="Critical")).to_be_visible()
    edge = window.page.locator(".part.sidebar").bounding_box()
    assert edge
    right, middle = edge["x"] + edge["width"], edge["y"] + edge["height"] / 2
    window.page.mouse.move(right, middle)
    window.page.mouse.down()
    window.page.mouse.move(right + 160, middle, steps=5)
    window.page.mouse.up()
    rows.filter(has_text="There is no range").click()


def difference(window: Window) -> None:
    """Show what rolling back all safe fixes would do."""
    window.go_to(1, 1)
    window.command("Calibrant: Apply All Safe Fixes")
    expect(window.lens("(verified)")).to_be_visible()
    window.command("View: Toggle Primary Side Bar Visibility")
    window.command("Calibrant: Roll Back…")
    window.choose("more")
    window.page.mouse.move(700, 500)
    expect(window.choices().filter(has_text="Only what the change did")).to_be_visible()
    expect(window.diff().locator(".line-delete").first).to_be_visible()


def terminals(browser: Browser, target: Path) -> None:
    """Draw what Neovim shows in a terminal."""
    drawn = pictures()
    for name in ("neovim-fixes", "neovim-rollback"):
        with browser.new_page() as shown:
            shown.set_content(ansi.page(drawn[name]))
            box = shown.locator("pre").bounding_box()
            assert box
            shown.set_viewport_size({"width": round(box["width"]), "height": round(box["height"])})
            keep(browser, shown, target / f"{name}.webp")


def main(target: Path) -> None:
    """Take the pictures into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vsc-", ignore_cleanup_errors=True) as home:
        folder = Path(home) / "urgent-mail"
        shutil.copytree(EXAMPLE, folder)
        with serve(Path(home), build()) as workbench:
            workbench.configure(**LOOKS)
            trust = [str(workbench.calibrant), "trust", str(folder)]
            subprocess.run(trust, env=workbench.environment, check=True, capture_output=True)
            take(workbench, folder, target)
            terminals(workbench.browser, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
