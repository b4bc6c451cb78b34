"""Which jobs wait for which, in a language with a lexicon."""

from collections.abc import Iterator

from calibrant.ide.caller import Caller, Dependency
from calibrant.ide.lexical.names import Names, stands_at
from calibrant.ide.pieces import Piece, job_at
from calibrant.model.text import Span
from calibrant.model.workflow import Job


def meant(names: Names, offset: int) -> Caller | None:
    """Return the job that is named at an offset, else the one in whose text it lies."""
    stands = stands_at(names, offset)
    jobs = names.workflow.jobs
    if stands is not None and stands.mention.sort == "job":
        named = next((job for job in jobs if (job.id or "").lower() == stands.mention.key[0]), None)
        if named is not None:
            return caller(names, named)
    found = job_at(names.workflow, offset)
    return caller(names, found) if found is not None and found.id else None


def caller(names: Names, job: Job) -> Caller:
    """Return a job as one that calls and is called."""
    whole = job.head.cover(job.at(job.body.node.span))
    for step in names.workflow.steps[max(job.first, job.after - 1) : job.after]:
        whole = whole.cover(step.span)
    return Caller(job.index, job.label, whole, job.head, job.body.name or job.body.action or "")


def dependents(names: Names, number: int) -> tuple[Dependency, ...]:
    """Return the jobs that name the job of that number, in the order of the text."""
    jobs = names.workflow.jobs
    key = ((jobs[number].id or "").lower(),)
    found = ((job, tuple(_spans(names, job, key))) for job in jobs)
    return tuple(Dependency(caller(names, job), spans) for job, spans in found if spans)


def dependencies(names: Names, number: int) -> tuple[Dependency, ...]:
    """Return the jobs that the job of that number names, in the order of the text."""
    jobs = names.workflow.jobs
    found = ((job, tuple(_spans(names, jobs[number], ((job.id or "").lower(),)))) for job in jobs)
    return tuple(Dependency(caller(names, job), spans) for job, spans in found if spans)


def _spans(names: Names, job: Job, key: tuple[str, ...]) -> Iterator[Span]:
    """Yield where a job names another one."""
    found: list[Span] = []
    for at in names.found.get(("job", key), ()):
        piece: Piece = names.pieces[at]
        if piece.job == job.index:
            found += [
                piece.at(one.span)
                for one in names.mentions[at]
                if one.sort == "job" and one.key == key and not one.defines
            ]
    yield from sorted(found)
