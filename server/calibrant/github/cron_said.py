"""Times of `schedule` in words: “At 05:30 and 17:30, Monday to Friday.”"""

from collections.abc import Collection, Sequence

from calibrant.github.cron import FIELDS, Fault, Times, read

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MOST = 4
"""Times of a day that are told one by one."""


def said(text: str) -> str:
    """Return in a sentence when a text of five fields means; "" where it cannot be read."""
    times = read(text)
    if isinstance(times, Fault):
        return ""
    parts = [_time(times), _day(times), _months(times)]
    return f"{', '.join(part for part in parts if part)}."


def _time(times: Times) -> str:
    minutes, hours = sorted(times.minutes), sorted(times.hours)
    if len(hours) == 24:
        step = _step(minutes)
        if step == 1:
            return "Every minute"
        if step:
            return f"Every {step} minutes"
        if minutes == [0]:
            return "Every hour"
        return f"At minute {_listed([str(one) for one in minutes])} of every hour"
    if len(minutes) * len(hours) <= _MOST:
        return f"At {_listed([f'{hour:02}:{minute:02}' for hour in hours for minute in minutes])}"
    if minutes == [0]:
        return f"At the full hours {_ranges(hours, [f'{hour:02}:00' for hour in range(24)])}"
    step = _step(minutes)
    often = f"Every {step} minutes" if step else f"At minute {_listed([str(one) for one in minutes])}"
    return f"{often} of the hours {_ranges(hours, [f'{hour:02}' for hour in range(24)])}"


def _day(times: Times) -> str:
    days = "" if _is_all(times.days, 2) else f"on day {_ranges(sorted(times.days), [str(one) for one in range(32)])}"
    week = "" if _is_all(times.weekdays, 4) else _ranges(sorted(times.weekdays), _DAYS)
    if days and week:
        either = not (times.any_day or times.any_weekday)  # then it is enough that one of the two holds
        return f"{days} of the month {'or' if either else 'if that is'} {week}"
    return f"{days} of the month" if days else week


def _months(times: Times) -> str:
    return "" if _is_all(times.months, 3) else f"in {_ranges(sorted(times.months), ('', *_MONTHS))}"


def _is_all(values: Collection[int], field: int) -> bool:
    return len(values) == FIELDS[field].most - FIELDS[field].least + 1


def _step(minutes: Sequence[int]) -> int:
    """Return how many minutes lie between each two, the last and the first included; 0 where that differs."""
    step = 60 // len(minutes)
    return step if list(minutes) == list(range(0, 60, step)) and len(minutes) > 1 else 0


def _ranges(values: Sequence[int], names: Sequence[str]) -> str:
    """Return values by their names, those that follow each other as a range."""
    told: list[str] = []
    at = 0
    while at < len(values):
        end = at
        while end + 1 < len(values) and values[end + 1] == values[end] + 1:
            end += 1
        if end - at > 1:
            told.append(f"{names[values[at]]} to {names[values[end]]}")
        else:
            told += [names[one] for one in values[at : end + 1]]
        at = end + 1
    return _listed(told)


def _listed(told: Sequence[str]) -> str:
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
