"""Times as `schedule` takes them: five fields of POSIX cron, read and judged."""

import re
from itertools import pairwise
from typing import Final, NamedTuple

FEWEST_MINUTES: Final = 5
"""The least number of minutes between two runs."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
"""Words for whole schedules that cron elsewhere takes and GitHub does not, with the times that they stand for."""

_WORD = re.compile(r"\S+")


class Field(NamedTuple):
    """One of the five fields: what it is called, its least and greatest value, and names that stand for values."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()


FIELDS: Final = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day of the month", 1, 31),
    Field("month", 1, 12, _MONTHS),
    Field("day of the week", 0, 6, _DAYS),
)


class Fault(NamedTuple):
    """What is wrong with a text, in words, and its characters [start, end). `better` is what to write instead of the whole."""

    message: str
    hint: str
    start: int
    end: int
    better: str = ""


class Times(NamedTuple):
    """When a text means: the values of each field."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool


def read(text: str) -> Times | Fault:
    """Return when a text means, or what is wrong with it."""
    words = list(_WORD.finditer(text))
    if text.strip().startswith("@"):
        better = NICKNAMES.get(text.strip().lower(), "")
        return Fault(
            f"GitHub does not know ‘{text.strip()}’: a time is written in five fields.",
            f"Write ‘{better or '0 0 * * *'}’{'' if better else ' for every day at midnight'}.",
            0,
            len(text),
            better,
        )
    if len(words) != len(FIELDS):
        return Fault(
            f"A time has five fields — minute, hour, day of the month, month, day of the week — and this one has {len(words)}.",
            "Write such as ‘30 5 * * 1-5’: at 5:30 from Monday to Friday.",
            0,
            len(text),
        )
    found: list[frozenset[int]] = []
    for field, word in zip(FIELDS, words, strict=True):
        values = _values(field, word[0])
        if isinstance(values, Fault):
            return values._replace(start=word.start() + values.start, end=word.start() + values.end)
        found.append(values)
    minutes, hours, days, months, weekdays = found
    return Times(minutes, hours, days, months, weekdays, words[2][0].startswith("*"), words[4][0].startswith("*"))


def _values(field: Field, word: str) -> frozenset[int] | Fault:
    """Return the values that a field's word stands for; a fault's offsets are those in the word."""
    found: set[int] = set()
    at = 0
    for part in word.split(","):
        values = _part(field, part)
        if isinstance(values, str):
            end = at + len(part) if part else min(at + 1, len(word))
            return Fault(values, f"It takes {_range(field)}, ‘*’, lists ‘a,b’, ranges ‘a-b’ and steps ‘*/n’.", at, end)
        found |= values
        at += len(part) + 1
    return frozenset(found)


def _range(field: Field) -> str:
    names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
    return f"{field.least} to {field.most}{names}"


def _part(field: Field, part: str) -> set[int] | str:
    """Return the values of one part of a list, or what is wrong with it."""
    whole, slash, step_text = part.partition("/")
    step = 1
    if slash:
        if not step_text.isdecimal() or not step_text.isascii():
            return f"‘{step_text}’ is no step of the {field.name}: it must be a number."
        step = int(step_text)
        if step == 0:
            return f"A step of 0 in the {field.name} leads nowhere."
    if whole == "*":
        return set(range(field.least, field.most + 1, step))
    first_text, dash, last_text = whole.partition("-")
    first = _value(field, first_text)
    if isinstance(first, str):
        return first
    if not dash:
        return set(range(first, field.most + 1, step)) if slash else {first}
    last = _value(field, last_text)
    if isinstance(last, str):
        return last
    if last < first:
        return f"The range ‘{whole}’ of the {field.name} runs backwards."
    return set(range(first, last + 1, step))


def _value(field: Field, text: str) -> int | str:
    """Return one value of a field, or what is wrong with it."""
    if text.upper() in field.names:
        return field.names.index(text.upper()) + field.least
    if not text:
        return f"A value of the {field.name} is missing."
    if not text.isdecimal() or not text.isascii():
        return f"‘{text}’ is no {field.name}."
    value = int(text) if len(text) < 10 else 10**9
    if value == 7 and field.names is _DAYS:
        return 0
    if not field.least <= value <= field.most:
        return f"{value if value < 10**9 else text} is no {field.name}: it goes from {field.least} to {field.most}."
    return value


def seldom(text: str) -> str:
    """Return a text that comes too often with the fewest minutes allowed between two runs, "" where its hours say more."""
    words = text.split()
    return " ".join((f"*/{FEWEST_MINUTES}", *words[1:])) if re.fullmatch(r"\*(/\d)?", words[0]) else ""


def never(times: Times) -> bool:
    """Tell whether there is no such day in any year (30 February)."""
    if not times.any_weekday or times.any_day:
        return False
    return not any(day <= _LENGTHS[month - 1] for month in times.months for day in times.days)


def closest_runs(times: Times) -> int:
    """Return the least number of minutes between two runs, 60 or more where that is not within one hour."""
    minutes = sorted(times.minutes)
    gaps = [later - earlier for earlier, later in pairwise(minutes)]
    next_hour = any((hour + 1) % 24 in times.hours for hour in times.hours)
    if next_hour:
        gaps.append(60 - minutes[-1] + minutes[0])
    return min(gaps, default=60)
