"""Walks the tree of a script: which commands there are, in which folder each runs, and whether it is certain to matter."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from calibrant.model.text import Span
from calibrant.syntax.shell.commands import Command, Target
from calibrant.syntax.shell.problem import UNKNOWN
from calibrant.syntax.shell.reading import Word, word
from calibrant.syntax.shell.state import State, behind
from calibrant.syntax.shell.tree import REDIRECTS, below, flat, merged, offsets

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 40
"""Levels of nesting below which nothing is looked at."""

_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_LOOPS = frozenset({"while_statement", "for_statement", "c_style_for_statement"})
_ASSIGNING = frozenset({"declaration_command", "unset_command", "variable_assignment", "variable_assignments"})
_ASKING = frozenset({"test", "[", "[[", "command", "which", "type", "hash", "grep", "egrep", "diff", "cmp", "false"})
"""Programs whose end answers a question: what ‘&&’ joins to them is run or not."""

_ENDING = frozenset({"exit", "return", "exec", "break", "continue"})


class Walk:
    """Collects the commands of one script in `found`."""

    def __init__(self, text: str, source: bytes) -> None:
        self.found: list[Command] = []
        self._text = text
        read = text.replace(UNKNOWN, "_")
        self._plain = len(read) == len(source)
        self._offsets: list[int] = [] if self._plain else offsets(read)
        self._functions: dict[str, bool] = {}

    def script(self, root: "Node") -> None:
        """Collect the commands of a whole script."""
        for node in below(root, frozenset({"function_definition"})):
            name = node.child_by_field_name("name")
            if name is not None:
                self._functions[self._slice(name)] = _moves(self._slice(node))
        self._statements(root.children, State(certain=not root.has_error), 0)

    def _offset(self, at: int) -> int:
        return at if self._plain else self._offsets[at]

    def _slice(self, node: "Node") -> str:
        return self._text[self._offset(node.start_byte) : self._offset(node.end_byte)]

    def _word(self, start: int, end: int) -> Word:
        first = self._offset(start)
        return word(self._text[first : self._offset(end)], first)

    def _statements(self, nodes: Sequence["Node"], state: State, depth: int) -> State:
        for at, node in enumerate(nodes):
            if not node.is_named:
                continue
            after = self._statement(node, state, depth + 1)
            apart = at + 1 < len(nodes) and nodes[at + 1].type == "&"
            state = msgspec.structs.replace(after, cwd=state.cwd, left=state.left) if apart else after
        return state

    def _statement(self, node: "Node", state: State, depth: int) -> State:
        """Collect what stands in one statement; return the state behind it."""
        if depth > _DEEPEST or node.type in {"comment", "heredoc_body", "heredoc_end"}:
            return state
        match node.type:
            case "command":
                return self._command(node, (), state, depth)
            case "redirected_statement":
                return self._redirected(node, state, depth)
            case "list":
                return self._list(node, state, depth)
            case "pipeline":
                for child in node.children:
                    if child.is_named:
                        self._statement(child, state, depth + 1)
                return state
            case "subshell":
                self._statements(node.children, state, depth)
                return state
            case "negated_command":
                return self._kept(self._statements(node.children, state.doubted(), depth), state)
            case "compound_statement" | "do_group" | "program":
                return self._statements(node.children, state, depth)
            case "if_statement":
                return self._if(node, state, depth)
            case "case_statement":
                self._inside(node, state, depth)
                items = [child for child in node.children if child.type == "case_item"]
                ends = [self._statements(item.children, state.doubted(), depth) for item in items]
                return self._joined(state, [state, *ends])
            case "function_definition":
                self._statements(node.children, state.doubted().at(None), depth)
                return state
            case kind if kind in _LOOPS:
                return self._loop(node, state, depth)
            case "ERROR":
                self._statements(node.children, state.doubted().at(None), depth)
                return state.doubted().at(None)
            case _:
                self._inside(node, state, depth)
                return state

    def _kept(self, after: State, before: State) -> State:
        """Return the state behind something whose own end does not matter."""
        return msgspec.structs.replace(after, certain=before.certain, lenient=before.lenient)

    def _joined(self, before: State, ends: Sequence[State]) -> State:
        """Return the state behind branches: a folder is known where all agree."""
        same = len({end.cwd for end in ends}) == 1
        return before.at(ends[0].cwd if same else None)

    def _list(self, node: "Node", state: State, depth: int) -> State:
        """Go through commands that ‘&&’ and ‘||’ join, which the tree nests to the left."""
        parts: list[tuple[str, Node]] = []
        while node.type == "list" and len(node.children) >= 3:
            parts.append((node.children[-2].type, node.children[-1]))
            node = node.children[0]
        parts.append(("", node))
        parts.reverse()
        caught = any(sign == "||" for sign, _ in parts)
        asked = False
        now = state.doubted() if caught else state
        for at, (sign, part) in enumerate(parts):
            if sign == "&&" and self._asks(parts[at - 1][1]):
                asked, now = True, now.doubted()
            after = self._statement(part, now, depth + 1)
            if sign == "||" and after.cwd != now.cwd:
                after = now if self._first(part) in _ENDING else now.at(None)
            now = after.at(None) if asked and after.cwd != state.cwd and not self._guards(parts) else after
        return self._kept(now, state) if caught or asked else now

    def _guards(self, parts: Sequence[tuple[str, "Node"]]) -> bool:
        """Tell whether a list ends the script where something in it fails."""
        sign, last = parts[-1]
        return sign == "||" and self._first(last) in _ENDING

    def _first(self, node: "Node") -> str:
        """Return the program that a statement calls first."""
        while node.type in {
            "redirected_statement",
            "compound_statement",
            "subshell",
            "list",
            "pipeline",
            "negated_command",
        }:
            named = [child for child in node.children if child.is_named]
            if not named:
                return ""
            node = named[-1] if node.type == "compound_statement" else named[0]
        name = node.child_by_field_name("name") if node.type == "command" else None
        return self._slice(name) if name is not None else "[" if node.type == "test_command" else ""

    def _asks(self, node: "Node") -> bool:
        if node.type == "negated_command":
            return True
        return self._first(node) in _ASKING or node.type in _ASSIGNING

    def _if(self, node: "Node", state: State, depth: int) -> State:
        conditions = {child.id for child in node.children_by_field_name("condition")}
        now, ends, otherwise = state.doubted(), [], False
        body: list[Node] = []
        for child in node.children:
            if child.id in conditions:
                now = self._statement(child, now, depth + 1)
            elif child.type == "elif_clause":
                ends.append(self._if(child, now, depth + 1))
            elif child.type == "else_clause":
                otherwise = True
                ends.append(self._statements(child.children, now, depth))
            elif child.is_named:
                body.append(child)
        ends.append(self._statements(body, now, depth))
        return self._joined(state, ends if otherwise else [*ends, now])

    def _loop(self, node: "Node", state: State, depth: int) -> State:
        count = len(self.found)
        after = self._statements(node.children, state.doubted(), depth)
        if after.cwd != state.cwd:
            del self.found[count:]
            self._statements(node.children, state.doubted().at(None), depth)
            return state.at(None)
        return state

    def _redirected(self, node: "Node", state: State, depth: int) -> State:
        redirects = [child for child in node.children if child.type in REDIRECTS]
        body = node.child_by_field_name("body")
        for redirect in redirects:
            self._inside(redirect, state, depth)
        if body is None:
            self._note((), self._span(node), state, (), self._targets(redirects))
            return state
        if body.type == "command":
            return self._command(body, redirects, state, depth)
        targets = self._targets(redirects)
        if targets:
            self._note((), self._span(node), state.doubted(), (), targets)
        return self._statement(body, state, depth + 1)

    def _targets(self, redirects: Sequence["Node"]) -> tuple[Target, ...]:
        out: list[Target] = []
        for redirect in flat(redirects):
            destination = redirect.child_by_field_name("destination")
            if redirect.type == "file_redirect" and destination is not None:
                sign = next((child.type for child in redirect.children if ">" in child.type or "<" in child.type), "")
                out.append(Target(self._word(destination.start_byte, destination.end_byte), ">" in sign))
        return tuple(out)

    def _command(self, node: "Node", redirects: Sequence["Node"], state: State, depth: int) -> State:
        self._inside(node, state, depth)
        inner = [child for child in node.children if child.type in REDIRECTS]
        assigned = tuple(
            self._slice(child).partition("=")[0] for child in node.children if child.type == "variable_assignment"
        )
        places = [(c.start_byte, c.end_byte) for c in node.children if c.is_named and c.type not in REDIRECTS]
        places = places[len(assigned) :]
        for redirect in flat((*inner, *redirects)):
            more = redirect.children_by_field_name("destination")[1:]
            places += [(one.start_byte, one.end_byte) for one in more]
        words = tuple(self._word(start, end) for start, end in merged(sorted(places)))
        span = self._span(node)
        for redirect in redirects:
            if redirect.type != "heredoc_redirect":
                span = span.cover(self._span(redirect))
        return self._note(words, span, state, assigned, self._targets((*inner, *redirects)))

    def _span(self, node: "Node") -> Span:
        return Span(self._offset(node.start_byte), self._offset(node.end_byte))

    def _note(
        self,
        words: tuple[Word, ...],
        span: Span,
        state: State,
        assigned: tuple[str, ...],
        targets: tuple[Target, ...],
    ) -> State:
        name = words[0].text if words else None
        own = name in self._functions if name else False
        certain = state.certain and not state.lenient and not own
        self.found.append(Command(words, span, state.cwd, certain, assigned, targets))
        if own and name and self._functions[name]:
            return state.at(None)
        return behind(words, state)

    def _inside(self, node: "Node", state: State, depth: int) -> None:
        """Collect the commands in substitutions inside of something, each in a shell of its own."""
        for one in below(node, _SUBSTITUTIONS):
            self._statements(one.children, state.doubted(), depth + 1)


def _moves(body: str) -> bool:
    """Tell whether the text of a function may change the folder."""
    return any(word in body for word in ("cd ", "pushd", "popd", "eval", "source", ". "))
