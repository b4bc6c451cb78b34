"""Names of time zones, as far as they can be judged without a database: which areas there are, and how names look."""

import re
from typing import Final

from calibrant.rules.wording import did_you_mean

_AREAS: Final = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Brazil", "Canada", "Chile"),
    *("Etc", "Europe", "Indian", "Mexico", "Pacific", "US"),
)
_ALONE: Final = frozenset(
    {
        *("CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire"),
        *("Factory", "GB", "GB-Eire", "GMT", "GMT+0", "GMT-0", "GMT0", "Greenwich"),
        *("HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein"),
        *("Libya", "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC"),
        *("PST8PDT", "Poland", "Portugal", "ROC", "ROK", "Singapore", "Turkey", "UCT"),
        *("UTC", "Universal", "W-SU", "WET", "Zulu"),
    }
)
_ABBREVIATIONS: Final = {
    "CEST": "Europe/Berlin",
    "BST": "Europe/London",
    "EDT": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MDT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
}
_NAME = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){1,2}")


def zone_fault(text: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Return why a text is surely no IANA time zone: message, hint and candidates; None where it may be one."""
    wanted = "A time zone is named as in the IANA database, such as ‘Europe/Berlin’ or ‘UTC’."
    if text in _ALONE:
        return None
    if text.upper() in _ABBREVIATIONS:
        place = _ABBREVIATIONS[text.upper()]
        return f"‘{text}’ is an abbreviation, not a time zone. {wanted}", f"Write such as ‘{place}’.", (place,)
    if _NAME.fullmatch(text) is None:
        hint, near = did_you_mean(text, sorted(_ALONE))
        return f"‘{text}’ is no time zone. {wanted}", hint or "Name a place: its area, ‘/’ and its city.", near
    area = text.split("/", 1)[0]
    if area not in _AREAS:
        hint, near = did_you_mean(area, _AREAS)
        candidates = tuple(f"{one}/{text.split('/', 1)[1]}" for one in near)
        return (
            f"There are no time zones in ‘{area}’. {wanted}",
            f"Did you mean ‘{candidates[0]}’?" if near else "",
            candidates,
        )
    return None
