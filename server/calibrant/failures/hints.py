"""What to do next, for failures that do not say so themselves."""

import re
from collections.abc import Mapping, Sequence

from calibrant.model.issue import Finding, Kind

_BY_KIND: dict[Kind, str] = {
    Kind.SYNTAX: "Correct the text at this place.",
    Kind.PARAMETER: "Give it another value.",
    Kind.DEFINITION: "Correct what stands here.",
    Kind.DATA_SHAPE: "Refer to the part that fits, or change the step it comes from.",
    Kind.MISSING_DATA: "Refer to something that is there, or change the step it comes from.",
    Kind.EMPTY_DATA: "Give this step a condition (if), so that it runs only when there is data.",
    Kind.AUTH: "Check the login that this step uses, and that it may do this.",
    Kind.CONNECTION: "Check the address, and that the service is running.",
    Kind.RATE_LIMIT: "Wait a little, or call it less often.",
    Kind.TRANSIENT: "Try again in a while; give the step a ‘retry’ if this happens often.",
    Kind.INFRA: "Mend the machine or service it depends on, then run again.",
    Kind.LOGIC: "Correct the expression.",
    Kind.SECURITY: "Keep to what the workspace allows, or open it in your own settings.",
}


def next_step(candidates: Sequence[str], kind: Kind) -> str:
    """Return what a user can do about what is wrong: the closest valid value, else what helps with its kind."""
    if candidates:
        return f"Write ‘{candidates[0]}’ instead."
    return _BY_KIND.get(kind, "Look at the details for what was reported.")


_BY_HAND: Mapping[str, str] = {
    "port-in-use": "‘ss -ltnp’ names the program that has it.",
    "disk-full": "‘df -h’ tells which disk is full, ‘du -xsh *’ what takes the room.",
    "out-of-memory": "‘free -m’ tells how much there is.",
    "merge-conflict": "‘git grep -n '^<<<<<<<'’ finds all of them.",
    "line-ends": "‘sed -i 's/\\r$//' FILE’ changes those of a file.",
    "wrong-encoding": "‘iconv -f latin1 -t utf-8 FILE’ prints one in UTF-8 that is in Latin-1.",
    "certificate-error": (
        "The certificate of an authority of your own is named under ‘env’: SSL_CERT_FILE, for Node.js NODE_EXTRA_CA_CERTS."
    ),
    "proxy-error": "‘env | grep -i proxy’ shows what programs are told.",
    "host-not-found": "‘getent hosts {host}’ looks it up by hand.",
    "alembic-order": "‘alembic heads’ names them, ‘alembic merge heads’ joins them.",
    "django-order": "‘python manage.py makemigrations --merge’ joins them.",
    "pytest-coverage": "‘--cov-report=term-missing’ names the lines that no test runs.",
    "coverage-report": "‘coverage report -m’ names the lines that no test runs.",
    "permission-error": "‘ls -l {path}’ tells who may do what.",
}
"""By the code of what a run found, or the pattern that knew it: a command to see or mend it with by hand.

Names in braces are of the evidence.
"""

_NAME = re.compile(r"[\w./@:+-]{1,200}")


def by_hand(finding: Finding) -> str:
    """Return the command to give by hand about what a run found; empty where there is none, or what it names is not known."""
    keys = (finding.evidence.get("pattern", ""), finding.code) if finding.at_run else ()
    words = next((_BY_HAND[key] for key in keys if key in _BY_HAND), "")
    names = re.findall(r"\{(\w+)\}", words)
    known = {name: finding.evidence.get(name, "") for name in names}
    return words.format_map(known) if all(_NAME.fullmatch(value) for value in known.values()) else ""
