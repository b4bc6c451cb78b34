"""Writes plain values as YAML in random styles: the other way of what is tested, sharing nothing with it."""

import json
import random
import re

_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_./ @<>=()'|+*-]*[A-Za-z0-9]")
_RESERVED = {"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"}


class Writer:
    """Writes values; `random` decides on every style."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, chance: float) -> bool:
        return self.random.random() < chance

    def document(self, workflow: dict[str, object]) -> str:
        """Return a workflow as a YAML document."""
        keys = list(workflow)
        self.random.shuffle(keys)
        text = "---\n" if self.pick(0.2) else ""
        for key in keys:
            text += self.noise(0)
            text += self.entry(key, workflow[key], 0)
        if self.pick(0.2):
            text += "...\n"
        if self.pick(0.2):
            text = text.replace("\n", "\r\n")
        return "\ufeff" + text if self.pick(0.1) else text

    def noise(self, indent: int) -> str:
        if self.pick(0.85):
            return ""
        return self.random.choice(["\n", " " * indent + "# a note: [with 'odd\n", "\n\n", "#\n"])

    def entry(self, key: str, value: object, indent: int) -> str:
        written = self.random.choice([key, key, f"'{key}'", json.dumps(key)])
        if isinstance(value, dict | list) and value and self.pick(0.75):
            if isinstance(value, dict):
                return f"{' ' * indent}{written}:{self.comment()}\n{self.block(value, indent + self.random.choice([1, 2, 4]))}"
            deeper = indent + self.random.choice([0, 2, 3])
            return f"{' ' * indent}{written}:{self.comment()}\n{self.items(value, deeper)}"
        if isinstance(value, str) and self.pick(0.3) and (block := self.block_scalar(value, indent)) is not None:
            return f"{' ' * indent}{written}: {block}"
        return f"{' ' * indent}{written}:{self.random.choice([' ', '  '])}{self.flow(value, in_flow=False)}{self.comment()}\n"

    def comment(self) -> str:
        return self.random.choice(["", "", "", "  # note", " # a: 'b"])

    def block(self, value: dict[str, object], indent: int) -> str:
        return "".join(self.noise(indent) + self.entry(key, item, indent) for key, item in value.items())

    def items(self, value: list[object], indent: int) -> str:
        text = ""
        for item in value:
            text += self.noise(indent)
            if isinstance(item, dict) and item and self.pick(0.8):
                inner = self.block(item, indent + 2)
                first = len(inner) - len(inner.lstrip(" "))
                if self.pick(0.2) or first != indent + 2 or inner.lstrip(" ")[0] in "#\n":
                    text += f"{' ' * indent}-\n{inner}"
                else:
                    text += f"{' ' * indent}- {inner[indent + 2 :]}"
            elif isinstance(item, str) and self.pick(0.2) and (block := self.block_scalar(item, indent)) is not None:
                text += f"{' ' * indent}- {block}"
            else:
                text += f"{' ' * indent}- {self.flow(item, in_flow=False)}{self.comment()}\n"
        return text

    def block_scalar(self, value: str, indent: int) -> str | None:
        """Return a literal or folded scalar, or None where the text cannot be one."""
        lines = value.split("\n")
        if not value.strip() or any(ord(char) < 32 and char != "\n" for char in value) or lines[0][:1] in (" ", ""):
            return None
        ended = value.endswith("\n")
        body = value[:-1] if ended else value
        if body.endswith("\n"):
            return None
        inside = " " * (indent + self.random.choice([1, 2, 5]))
        fold = self.pick(0.4) and not any(line[:1] in (" ", "") or line[-1:] == " " for line in body.split("\n"))
        marker = (">" if fold else "|") + ("" if ended else "-")
        joint = f"\n\n{inside}" if fold else f"\n{inside}"
        folded = "\n" + inside if fold else " "
        text = joint.join(self.fold(line, folded) if fold else line for line in body.split("\n"))
        return f"{marker}\n{inside}{text}\n".replace(f"\n{inside}\n", "\n\n")

    def fold(self, line: str, joint: str) -> str:
        return line.replace(" ", joint, 1) if re.fullmatch(r"\S+ \S+.*", line) and self.pick(0.5) else line

    def flow(self, value: object, *, in_flow: bool) -> str:
        if isinstance(value, dict):
            inner = ", ".join(
                f"{self.random.choice([key, json.dumps(key)])}: {self.flow(item, in_flow=True)}"
                for key, item in value.items()
            )
            return f"{{{inner}}}"
        if isinstance(value, list):
            return f"[{', '.join(self.flow(item, in_flow=True) for item in value)}]"
        if not isinstance(value, str):
            return json.dumps(value)
        return self.scalar(value, in_flow)

    def scalar(self, value: str, in_flow: bool) -> str:
        styles = [json.dumps(value), json.dumps(value, ensure_ascii=False)]
        if all(ord(char) >= 32 for char in value):
            styles.append("'" + value.replace("'", "''") + "'")
        if _SAFE.fullmatch(value) and value not in _RESERVED and not in_flow:
            styles += [value] * 3
        return self.random.choice(styles)
