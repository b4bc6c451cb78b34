"""What unittest prints of tests that fail, as do the runners built on it (Django's, nose's)."""

import re
from collections.abc import Iterator, Sequence

from calibrant.failures.reports.frames import Frame, deepest, native
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_RULER = re.compile(r"={60,100}$")
_TITLE = re.compile(
    r"(?P<status>FAIL|ERROR|UNEXPECTED SUCCESS): (?P<name>[\w.<>]{1,200}) \((?P<place>[\w.<>]{1,300})\)"
    r"(?P<part> [(\[][^\n]{1,200})?$"
)
_EXCEPTION = re.compile(r"(?P<said>[A-Za-z_][\w.]{0,150}(?:: [^\n]{0,1000})?)$")
_NOT_LOADED = "unittest.loader."
_END = re.compile(r"(?:={60,100}|Ran \d{1,7} tests? in [^\n]{1,40})$")


def read(text: str) -> Iterator[Complaint]:
    """Yield each failed test, with what its traceback says last."""
    if "=" * 60 not in text:
        return
    lines = lines_of(text)
    for number, line in enumerate(lines[:-1]):
        if _RULER.match(line.text) and (title := _TITLE.match(lines[number + 1].text)):
            end = next((at for at in range(number + 2, len(lines)) if _END.match(lines[at].text)), len(lines))
            yield _complaint(title, lines[number:end])


def _complaint(title: re.Match[str], lines: Sequence[Line]) -> Complaint:
    frames = [frame for line in lines if (frame := native(line.text))]
    unloaded = title["place"].startswith(_NOT_LOADED)
    main = deepest(frames) if unloaded else _of_test(frames, title["name"])
    last = deepest(frames)
    place = title["place"].removesuffix(f".{title['name']}")
    return Complaint(
        tool="unittest",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=_said([line.text for line in lines[2:]], title["status"]),
        file=main.file if main else "",
        at=main.at if main else None,
        name="" if unloaded else f"{place.rpartition('.')[2]}.{title['name']}{title['part'] or ''}",
        details="\n".join(line.text for line in lines[1:]).rstrip(),
        also=(last.spot("It was raised here."),) if last and main and last != main else (),
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _of_test(frames: Sequence[Frame], name: str) -> Frame | None:
    return next((frame for frame in frames if frame.name == name), None) or deepest(frames)


def _said(lines: Sequence[str], status: str) -> str:
    """Return the line below the last traceback: of an assertion what it says, of anything else its name too."""
    found = ""
    inside = False
    for line in lines:
        if line.startswith("Traceback (most recent call last)"):
            inside = True
        elif inside and line and not line.startswith(" ") and (match := _EXCEPTION.match(line)):
            found, inside = match["said"], False
    return found.removeprefix("AssertionError: ") or ("it was expected to fail" if status.startswith("UNEX") else "")


_SAMPLE = """\
======================================================================
FAIL: test_sum (tests.test_math.TestSum.test_sum)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/a/tests/test_math.py", line 6, in test_sum
    self.assertEqual(1 + 1, 3)
AssertionError: 2 != 3

----------------------------------------------------------------------
Ran 1 test in 0.000s

FAILED (failures=1)
"""

READER = Reader(
    name="unittest",
    tools=("unittest", "manage.py", "django-admin", "nosetests"),
    read=read,
    matching=(_SAMPLE,),
    non_matching=("FAIL: something else", "OK (skipped=1)", "=" * 70 + "\nRan 3 tests in 0.1s"),
)
