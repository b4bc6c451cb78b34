"""Times of `schedule` in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.github.cron_said import said

CASES = [
    ("30 5 * * 1-5", "At 05:30, Monday to Friday."),
    ("30 5,17 * * *", "At 05:30 and 17:30."),
    ("*/15 * * * *", "Every 15 minutes."),
    ("0 * * * *", "Every hour."),
    ("7 * * * *", "At minute 7 of every hour."),
    ("0 9-17 * * *", "At the full hours 09:00 to 17:00."),
    ("*/10 0-5 * * *", "Every 10 minutes of the hours 00 to 05."),
    ("0 0 1 * *", "At 00:00, on day 1 of the month."),
    ("0 0 1,15 * 0", "At 00:00, on day 1 and 15 of the month or Sunday."),
    ("0 0 1 JAN,JUL *", "At 00:00, on day 1 of the month, in January and July."),
    ("0 0 */10 * MON", "At 00:00, on day 1, 11, 21 and 31 of the month if that is Monday."),
    ("* * * * *", "Every minute."),
    ("0 0 * *", ""),
    ("nonsense", ""),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_times_in_words(text: str, words: str) -> None:
    assert said(text) == words


FIELD = st.sampled_from(["*", "0", "1", "5", "*/2", "1-4", "2,4", "1-5/2", "x", ""])


@given(st.lists(FIELD, min_size=4, max_size=6).map(" ".join))
def test_any_times(text: str) -> None:
    words = said(text)
    assert not words or words.endswith(".")
