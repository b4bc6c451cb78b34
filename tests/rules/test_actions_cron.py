"""Times of `schedule`, held against what a clock would do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.github.cron import FIELDS, Fault, Times, closest_runs, never, read

MINUTES = st.sets(st.integers(0, 59), min_size=1, max_size=5)
HOURS = st.sets(st.integers(0, 23), min_size=1, max_size=5)


def times(text: str) -> Times:
    found = read(text)
    assert isinstance(found, Times), found
    return found


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    found = read(text)
    if isinstance(found, Fault):
        assert found.message
        assert 0 <= found.start <= found.end <= len(text)


@given(st.lists(st.text("0123456789*/-,JANSUN", min_size=1, max_size=8), min_size=5, max_size=5))
def test_what_is_read_stays_within_its_field(words: list[str]) -> None:
    found = read(" ".join(words))
    if isinstance(found, Times):
        for values, field in zip(found[:5], FIELDS, strict=True):
            assert values
            assert all(field.least <= value <= field.most for value in values)


@settings(max_examples=60, deadline=None)
@given(MINUTES, HOURS)
def test_runs_come_as_close_as_a_clock_says(minutes: set[int], hours: set[int]) -> None:
    found = times(f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * *")
    begin = datetime(2026, 11, 2, tzinfo=UTC)
    clock = [begin + timedelta(minutes=at) for at in range(2 * 24 * 60)]
    runs = [moment for moment in clock if moment.minute in minutes and moment.hour in hours]
    gaps = [int((after - before).total_seconds()) // 60 for before, after in pairwise(runs)]
    assert min(closest_runs(found), 60) == min(*gaps, 60)


def test_days_that_are_in_no_year() -> None:
    assert never(times("0 0 30 2 *"))
    assert never(times("0 0 31 4,6,9,11 *"))
    assert not never(times("0 0 29 2 *"))
    assert not never(times("0 0 30 2 1")), "on Mondays it runs"
    assert not never(times("0 0 * 2 *"))


def test_names_and_steps() -> None:
    assert times("0 0 * jan-mar Sun").months == {1, 2, 3}
    assert times("0 0 * * 7").weekdays == times("0 0 * * SUN").weekdays == {0}
    assert times("10-20/5 */6 * * *").minutes == {10, 15, 20}
    assert times("50/5 0 * * *").minutes == {50, 55}
