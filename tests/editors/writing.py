"""What VS Code shows to someone who writes a workflow: suggestions, what a place is, hints in the text, renaming."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from editors.vscode import Window
from editors.workbench import PATIENCE

_MILLISECONDS = PATIENCE * 1000


@dataclass(frozen=True)
class Writing:
    """The editor of a window, in which its cursor is."""

    window: Window

    # Suggestions

    def suggestion(self, name: str) -> Locator:
        """Return the row of a name in the list that is open."""
        label = self.window.page.locator(".label-name", has_text=re.compile(f"^{re.escape(name)}$"))
        return self.window.page.locator(".suggest-widget.visible .monaco-list-row").filter(has=label)

    def wait_for_suggestion(self, *names: str) -> None:
        for name in names:
            expect(self.suggestion(name)).to_be_visible()

    def choose(self, name: str) -> None:
        """Wait until a name is the chosen one of the list that is open, and take it."""
        expect(self.suggestion(name)).to_have_class(re.compile(r"\bfocused\b"))
        self.window.page.keyboard.press("Enter")

    # What there is at a place

    def hover(self, line: int, column: int) -> Locator:
        """Rest the pointer on the character at a place that is in view, and return what is told of it."""
        shown = self.window.page.locator(".monaco-resizable-hover .hover-contents:visible")
        self.window.page.mouse.move(5, 5)
        expect(shown).to_have_count(0)
        x, y = self.window.page.evaluate(_PLACE, [line, column])
        self.window.page.mouse.move(x, y)
        shown.first.wait_for(timeout=_MILLISECONDS)
        return shown

    def line(self, number: int) -> str:
        """Return what is drawn in a line that is in view, hints included."""
        found: str = self.window.page.evaluate(_LINE, number)
        return found

    def wait_for_hint(self, number: int, hint: str | re.Pattern[str]) -> str:
        """Wait for a hint in a line; returns the line as it is drawn."""
        self.window.wait_for(
            lambda: re.search(hint, self.line(number)), f"{hint} in line {number}: {self.line(number)}"
        )
        return self.line(number)

    def at(self) -> str:
        """Return what the status bar tells of the cursor's place."""
        return self.window.page.locator('[id="status.editor.selection"]').text_content() or ""

    def wait_for_place(self, place: str) -> None:
        self.window.wait_for(lambda: self.at() == place, f"{place}, but it is {self.at()}")

    def marked(self, *kinds: str) -> list[str]:
        """Return the characters that lie under decorations of these kinds, such as `wordHighlight`, from the top."""
        found = {(mark.line, mark.column, mark.text) for mark, _ in self.window.marks(*kinds)}
        return [text for _, _, text in sorted(found)]

    def peek(self, command: str, *expected: str) -> None:
        """Open a list of places between the lines, wait until it has these rows, and close it."""
        self.window.command(command)
        rows = self.window.page.locator(".monaco-editor .zone-widget .monaco-list-row")
        for row in expected:
            expect(rows.filter(has_text=row)).to_be_visible()
        self.window.page.keyboard.press("Escape")
        expect(rows).to_have_count(0)

    # Renaming

    def rename(self, line: int, column: int, name: str = "") -> None:
        """Give another name to what is at a place; without one, only ask for it."""
        self.window.page.keyboard.press("Escape")
        self.window.go_to(line, column)
        self.window.page.keyboard.press("F2")
        if not name:
            return
        box = self.window.page.locator(".rename-box input")
        box.wait_for(timeout=_MILLISECONDS)
        box.fill(name)
        self.window.page.keyboard.press("Enter")


_FIND = """
  const editor = document.querySelector('.editor-instance .monaco-editor');
  const find = number => {
    const margin = [...editor.querySelectorAll('.line-numbers')].find(each => each.textContent === String(number));
    const top = margin?.getBoundingClientRect().top;
    return [...editor.querySelectorAll('.view-line')].find(each => Math.abs(each.getBoundingClientRect().top - top) < 2);
  };
"""
_LINE = f"""
(number) => {{
  {_FIND}
  return find(number)?.textContent.replaceAll('\\u00a0', ' ') ?? '';
}}
"""
_PLACE = f"""
([number, column]) => {{
  {_FIND}
  const walker = document.createTreeWalker(find(number), NodeFilter.SHOW_TEXT);
  let left = column - 1, node = walker.nextNode();
  for (; left >= node.length; node = walker.nextNode()) left -= node.length;
  const range = document.createRange();
  range.setStart(node, left); range.setEnd(node, left + 1);
  const box = range.getBoundingClientRect();
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}}
"""
