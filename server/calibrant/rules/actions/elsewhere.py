"""What is named and stands somewhere else than where it could be named."""

from typing import Literal

import msgspec


class Elsewhere(msgspec.Struct, frozen=True, gc=False):
    """A step ("steps") or a job ("needs") that is not there, by its name in lower case, and where it is.

    A step may be "this" one itself, or a "later" one of its job; else it is of another `job`. A job is there, and is not needed.
    """

    context: str
    name: str
    where: Literal["this", "later", "job"]
    job: str = ""
