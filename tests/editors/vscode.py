"""A window of VS Code's workbench as a person meets it: what can be seen in it, and what can be done by keys and clicks."""

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as Timeout

from editors.workbench import PATIENCE, Workbench

_MILLISECONDS = PATIENCE * 1000
# What is drawn is measured: the characters that lie over a mark, whatever the font is.
_MARKS = """
(kinds) => {
  const found = [];
  const around = box => ([, place]) => place.top <= (box.top + box.bottom) / 2 && (box.top + box.bottom) / 2 < place.bottom;
  for (const editor of document.querySelectorAll('.editor-instance .monaco-editor')) {
    const placed = name => [...editor.querySelectorAll(name)].map(each => [each, each.getBoundingClientRect()]);
    const lines = placed('.view-line'), numbers = placed('.line-numbers');
    for (const [mark, box] of placed(kinds.map(kind => '.cdr.' + kind).join(','))) {
      const line = lines.find(around(box)), number = numbers.find(around(box));
      if (!line || !number) continue;
      const walker = document.createTreeWalker(line[0], NodeFilter.SHOW_TEXT);
      const range = document.createRange();
      let text = '', column = 0, first = 0;
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (let i = 0; i < node.length; i++) {
          column++;
          range.setStart(node, i); range.setEnd(node, i + 1);
          const letter = range.getBoundingClientRect();
          const centre = (letter.left + letter.right) / 2;
          if (box.left <= centre && centre < box.right) { text += node.data[i]; first ||= column; }
        }
      const kind = kinds.find(kind => mark.classList.contains(kind));
      const place = [(box.left + box.right) / 2, (line[1].top + line[1].bottom) / 2];
      found.push([kind, Number(number[0].textContent), first, text.replaceAll('\\u00a0', ' '), ...place]);
    }
  }
  return found;
}
"""


_COLOURS = """
(number) => {
  const editor = document.querySelector('.editor-instance .monaco-editor');
  const margin = [...editor.querySelectorAll('.line-numbers')].find(each => each.textContent === String(number));
  const top = margin.getBoundingClientRect().top;
  const line = [...editor.querySelectorAll('.view-line')].find(each => Math.abs(each.getBoundingClientRect().top - top) < 2);
  return [...line.querySelectorAll('span > span')].map(each => [each.textContent, getComputedStyle(each).color]);
}
"""


class Squiggle(NamedTuple):
    """A mark under characters of an editor: line and column as people count, from 1."""

    kind: str
    line: int
    column: int
    text: str


@dataclass(frozen=True)
class Window:
    """One window of the workbench."""

    page: Page
    folder: Path | None

    # Opening

    def wait_until_ready(self) -> None:
        self.page.locator(".monaco-workbench .part.statusbar").wait_for(timeout=_MILLISECONDS)
        if self.folder is not None:
            self.page.locator(".explorer-folders-view .monaco-list-row").first.wait_for(timeout=_MILLISECONDS)

    def open(self, name: str) -> None:
        """Open a file of the folder by its name, or any by its path, as Quick Open does."""
        base = Path(name).name
        row = self._row(base)
        self.wait_for(lambda: self._offered("Control+P", name, row) and self._clicked(row), f"{name} among the files")
        expect(self.tab(base)).to_be_visible(timeout=_MILLISECONDS)
        self.page.locator(".editor-instance .monaco-editor .view-line").first.wait_for(timeout=_MILLISECONDS)

    def reload(self) -> None:
        self.page.reload()
        self.wait_until_ready()

    # Seeing

    def tab(self, name: str) -> Locator:
        return self.page.locator(f'.tab.active[aria-label*="{name}"]')

    def squiggles(self) -> list[Squiggle]:
        """Return the marks of errors and warnings that are in view, from the top."""
        return sorted({mark for mark, _ in self._marks()}, key=lambda mark: (mark.line, mark.column))

    def _marks(self) -> list[tuple[Squiggle, tuple[float, float]]]:
        """Return the marks of errors and warnings, each with the middle of where it is drawn."""
        return [
            (mark._replace(kind=mark.kind.removeprefix("squiggly-")), place)
            for mark, place in self.marks("squiggly-error", "squiggly-warning")
        ]

    def marks(self, *kinds: str) -> list[tuple[Squiggle, tuple[float, float]]]:
        """Return what is drawn around characters in view, by the names that the editor has for kinds of it."""
        return [(Squiggle(*mark[:4]), (mark[4], mark[5])) for mark in self.page.evaluate(_MARKS, list(kinds))]

    def wait_for(self, seen: Callable[[], object], what: str) -> None:
        """Wait until something is true of the window."""
        deadline = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < deadline, f"not seen: {what}"
            self.page.wait_for_timeout(100)

    def wait_for_squiggle(self, line: int, text: str) -> None:
        self.wait_for(
            lambda: any((mark.line, mark.text) == (line, text) for mark in self.squiggles()),
            f"‘{text}’ marked in line {line}",
        )

    def lines(self) -> list[str]:
        """Return the lines of the editor that are in view, as written."""
        found: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll('.editor-instance .view-lines .view-line')]
                 .sort((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top))
                 .map(line => line.textContent.replaceAll('\\u00a0', ' '))"""
        )
        return found

    def wait_for_line(self, text: str) -> None:
        self.wait_for(lambda: any(text in line for line in self.lines()), f"‘{text}’ in the editor")

    def problems(self) -> Locator:
        """Return the rows of the panel of problems, which is opened."""
        panel = self.page.locator(".markers-panel")
        if not panel.is_visible():
            self.page.keyboard.press("Control+Shift+M")
        panel.wait_for(timeout=_MILLISECONDS)
        return panel.locator(".monaco-list-row")

    def status(self) -> Locator:
        """Return the item of the status bar that tells of Calibrant."""
        return self.page.locator('.part.statusbar .statusbar-item[id^="calibrant.calibrant"]')

    def notification(self, text: str | re.Pattern[str]) -> Locator:
        """Return the message with that text that is shown in a corner."""
        return self.page.locator(".notifications-toasts .notification-list-item").filter(has_text=text)

    def wait_for_notification(self, text: str | re.Pattern[str]) -> Locator:
        shown = self.notification(text).first
        shown.wait_for(timeout=_MILLISECONDS)
        return shown

    def view(self, title: str) -> Locator:
        """Return the rows of a view of the side bar or the panel."""
        pane = self.page.locator(".pane").filter(has=self.page.locator(".pane-header").filter(has_text=title))
        return pane.locator(".monaco-list-row")

    def diff(self) -> Locator:
        """Return the editor of a difference that is shown."""
        return self.page.locator(".editor-instance .monaco-diff-editor")

    def colours(self, number: int) -> dict[str, str]:
        """Return the colour of each word of a line that is in view."""
        found: list[list[str]] = self.page.evaluate(_COLOURS, number)
        return {text.replace("\u00a0", " ").strip(): colour for text, colour in found}

    def lens(self, text: str | re.Pattern[str]) -> Locator:
        """Return what stands above a line of the text, to be clicked."""
        return self.page.locator(".codelens-decoration a").filter(has_text=text).first

    # Doing

    def quick_input(self) -> Locator:
        box = self.page.locator(".quick-input-widget .quick-input-box input")
        box.wait_for(timeout=_MILLISECONDS)
        return box

    def choices(self) -> Locator:
        """Return the rows of the list that asks for a choice."""
        return self.page.locator(".quick-input-widget .quick-input-list .monaco-list-row")

    def choose(self, text: str | re.Pattern[str]) -> None:
        self.choices().filter(has_text=text).first.click(timeout=_MILLISECONDS)

    def answer(self, text: str) -> None:
        """Answer a question that is asked above the editor."""
        self.quick_input().fill(text)
        self.page.keyboard.press("Enter")

    def command(self, title: str) -> None:
        """Run a command from the palette, as soon as it is there."""
        row = self._row(title)
        self.wait_for(lambda: self._offered("F1", f">{title}", row) and self._clicked(row), f"‘{title}’ in the palette")

    def commands(self, beginning: str) -> list[str]:
        """Return the titles that the palette offers for a beginning; there must be one."""
        row = self._row(beginning)
        self.wait_for(lambda: self._offered("F1", f">{beginning}", row), f"‘{beginning}’ in the palette")
        titles = self.choices().locator(".label-name").all_text_contents()
        self.page.keyboard.press("Escape")
        return [title for title in titles if title.startswith(beginning)]

    def _row(self, beginning: str) -> Locator:
        return self.page.locator(f'.quick-input-list .monaco-list-row[aria-label^="{beginning}"]').first

    def _offered(self, key: str, text: str, row: Locator) -> bool:
        """Open a list, which shows what there is at that moment, and tell whether a row is in it."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press(key)
        self.quick_input().fill(text)
        return self._shows(row)

    def _clicked(self, row: Locator) -> bool:
        """Click a row; a list may close under one's hand when something else takes the focus."""
        with contextlib.suppress(Timeout):
            row.click(timeout=3000)
            return True
        return False

    def _shows(self, row: Locator) -> bool:
        with contextlib.suppress(Timeout):
            row.wait_for(timeout=3000)
        return row.is_visible()

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor somewhere in the editor."""
        self.page.keyboard.press("Control+G")
        self.quick_input().fill(f":{line}:{column}")
        self.page.keyboard.press("Enter")
        self.page.locator(".quick-input-widget").wait_for(state="hidden", timeout=_MILLISECONDS)
        expect(self.page.locator(".part.statusbar")).to_contain_text(f"Ln {line}, Col {column}", timeout=_MILLISECONDS)

    def hover(self, text: str) -> Locator:
        """Rest the pointer on marked characters, again where they have moved from under it, and return what shows."""
        shown = (
            self.page.locator(".monaco-resizable-hover, .monaco-hover:not(.hidden)").filter(has_text="calibrant").first
        )
        self.wait_for(lambda: self._rests(text, shown), f"what is said of {text}")
        return shown

    def _rests(self, text: str, shown: Locator) -> bool:
        x, y = next(place for mark, place in self._marks() if mark.text == text)
        self.page.mouse.move(x, y + 100)
        self.page.mouse.move(x, y)
        return self._shows(shown)

    def quick_fixes(self, key: str = "Control+.") -> Locator:
        """Open the menu of what can be done at the cursor, again until there is something, and return its rows."""
        rows = self.page.locator(".action-widget .monaco-list-row.action")
        self.wait_for(lambda: self._opens(key, rows.first), "the menu at the cursor")
        return rows

    def _opens(self, key: str, row: Locator) -> bool:
        self.page.keyboard.press(key)
        return self._shows(row)

    def fix_that(self, text: str) -> Locator:
        """Open the menu of quick fixes, again until it has the one that is waited for, and return its row."""
        row = self.page.locator(".action-widget .monaco-list-row.action").filter(has_text=text).first
        self.wait_for(lambda: self._in_menu(row), f"‘{text}’ among the quick fixes")
        return row

    def _in_menu(self, row: Locator) -> bool:
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+.")
        return self._shows(row)

    def save(self) -> None:
        self.page.keyboard.press("Control+S")

    def wait_for_file(self, path: Path, is_so: Callable[[bytes], bool]) -> None:
        """Wait until the bytes of a file on the disk are as they should be."""
        self.wait_for(
            lambda: is_so(path.read_bytes()),
            f"{path.name} as it should be, but it is:\n{path.read_text(encoding='utf-8')}",
        )

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def open_window(workbench: Workbench, context: BrowserContext, folder: Path | None) -> Window:
    """Open a window on a folder, or on none."""
    page = context.new_page()
    page.set_default_timeout(_MILLISECONDS)
    expect.set_options(timeout=_MILLISECONDS)
    page.goto(workbench.address(folder))
    window = Window(page, folder)
    window.wait_until_ready()
    return window


def context_of(workbench: Workbench, **more: Any) -> BrowserContext:
    """Return a person's browser that has seen nothing yet, with a large screen, so that a whole workflow is in view."""
    return workbench.browser.new_context(viewport={"width": 1400, "height": 1600}, **more)
