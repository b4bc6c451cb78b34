"""What a language says of its words, for editors: which names there are, what each means, and what may be named where.

A language whose steps stand in jobs brings one with its `Dialect`. Names are compared as `Mention.key` is written: a
language in which the case does not count writes keys in small letters.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

import msgspec

from calibrant.model.connector import ConnectorSpec
from calibrant.model.expression import Path
from calibrant.model.language import KeySpec
from calibrant.model.text import Span
from calibrant.model.token import Token
from calibrant.model.typing import Typing
from calibrant.model.workflow import JobBody, StepBody, Workflow

Sort = Literal[
    "step", "output", "job", "job output", "input", "secret", "variable", "axis", "service", "field", "context",
    "function", "constant", "operator", "value",
]  # fmt: skip
"""What a word stands for. An "output" is one of a step, an "axis" one of the variables that a job is repeated for."""


class Mention(msgspec.Struct, frozen=True, gc=False):
    """A name where it stands in a piece: `span`, relative to the piece, is exactly its characters.

    `key` is what it is the name of among those of its sort, with what that belongs to first: ("build", "version").
    `local`: it holds in its own job only. `defines`: it is made known there.
    """

    sort: Sort
    key: tuple[str, ...]
    name: str
    span: Span
    defines: bool = False
    local: bool = False


class Word(msgspec.Struct, frozen=True):
    """A word that may be written at a place. `detail` says in a few words what it is, `doc` what it means.

    `arguments` are those of a function, as it is called; None for what is none.
    """

    name: str
    sort: Sort
    detail: str = ""
    doc: str = ""
    arguments: str | None = None


class Standing(msgspec.Struct, frozen=True):
    """Where an expression stands: at `path` of the document. `job` is the number of the job and `step` that of the step in
    `workflow.steps` that it is in, -1 where it is in none; `job_body` and `step_body` are these as they read now. `spec` gives
    the declaration of what a step or a job calls, None where nothing is known of that. `typed` is the name that is being typed
    there.
    """

    workflow: Workflow
    spec: Callable[[StepBody | JobBody], ConnectorSpec | None]
    path: Path
    job: int = -1
    step: int = -1
    job_body: JobBody | None = None
    step_body: StepBody | None = None
    typed: str = ""


class Enclosed(Protocol):
    """Where an expression stands in a text: [start, end) with its braces, [inner, inner_end) without."""

    @property
    def start(self) -> int:
        """Where the opening braces begin."""

    @property
    def end(self) -> int:
        """Where the closing braces end, or what lacks them."""

    @property
    def inner(self) -> int:
        """Where the expression begins."""

    @property
    def inner_end(self) -> int:
        """Where it ends."""

    @property
    def closed(self) -> bool:
        """Whether there are closing braces."""


class Called(NamedTuple):
    """A function's name on [start, end) of an expression's source."""

    name: str
    start: int
    end: int


class Cut(Protocol):
    """A word or sign at [start, end) of an expression's source; its `sort` is one of `expressions.lexemes`."""

    @property
    def sort(self) -> str:
        """What it is."""

    @property
    def text(self) -> str:
        """The characters."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


class Lexicon(msgspec.Struct, frozen=True):
    """What a language says of its words. `opens` is what an expression begins with, `braces` finds those of a text.

    Of a path of the document, `key` tells what is known of the value there, `label` what the map there is called, `usual`
    which keys or texts most files have there, `alone` which keys say enough by being there, and `meaning` what one of its
    texts means ("" where that is not told).

    `mentions` are the names in a step, in a job without its steps, or in what stands around the jobs. `roots` are the names and
    functions that an expression may begin with, `members` what may follow a chain of names behind a dot or in brackets,
    `texts` what a chain can be, where that is one of a few. `word` is what a chain stands for, `named` what a name outside of
    expressions does, `function` what one of that name does, and `gives` are the outputs of a step or a job.

    Of an expression's source, `called` are its functions, `tokens` its words, and `lexemes` its words and signs. `typing` is what
    is being typed at an offset of a value's text, which may be an expression as a whole.

    `refusal` says why something cannot get a name, "" where it can. `page` is an address to read more of what a step or a job
    calls, "" where there is none; `is_near` tells whether that is a file of the same repository,
    `fits` whether it may be called where names of a sort stand (as in `Slot.names`).
    """

    opens: str
    braces: Callable[[str], Sequence[Enclosed]]
    key: Callable[[Path], KeySpec | None]
    label: Callable[[Path], str]
    meaning: Callable[[Path, str], str]
    usual: Callable[[Path], tuple[str, ...]]
    alone: Callable[[Path], frozenset[str]]
    mentions: Callable[[StepBody | JobBody | Workflow], tuple[Mention, ...]]
    roots: Callable[[Standing], Iterable[Word]]
    members: Callable[[Standing, tuple[str | int, ...]], Iterable[Word]]
    texts: Callable[[Standing, tuple[str | int, ...]], Iterable[Word]]
    word: Callable[[Standing, tuple[str | int, ...]], Word | None]
    gives: Callable[[Standing, Word], Iterable[Word]]
    named: Callable[[Standing, Mention], Word | None]
    function: Callable[[str], Word | None]
    called: Callable[[str], Iterable[Called]]
    typing: Callable[[str, int, bool], Typing | None]
    tokens: Callable[[str], Iterable[Token]]
    lexemes: Callable[[str], Sequence[Cut]]
    refusal: Callable[[str, str], str]
    page: Callable[[str], str]
    is_near: Callable[[str], bool]
    fits: Callable[[str, str], bool]
