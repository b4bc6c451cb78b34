"""How often Python looks for circles of objects while workflows are checked."""

import gc
import weakref

from calibrant import app


class Circle:
    """An object that refers to itself, which only a look for circles lets go."""

    def __init__(self) -> None:
        self.itself = self


def test_circles_are_looked_for_rarely_found_all_the_same_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with app.collected_rarely():
        assert gc.get_threshold()[0] > before[0]
        first = weakref.ref(Circle())
        living = [weakref.ref(Circle()) for _ in range(1000)]
        assert sum(one() is not None for one in living) > 900
        for _ in range(100_000):
            Circle()
        assert first() is None
    assert gc.get_threshold() == before
