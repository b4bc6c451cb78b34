"""The only way to the user's workflow files: back up, apply, verify, keep or roll back; it knows texts and bytes, not repairs."""

from calibrant.change.applying import FileEdits, apply, keep
from calibrant.change.creating import create
from calibrant.change.preview import FilePreview, Preview, preview
from calibrant.change.rolling import RollbackEdits, rollback, rollback_edits
from calibrant.change.settling import Settled, settle
from calibrant.change.site import Became, Done, FileOutcome, Site
from calibrant.change.telling import OpenEdits, conclude, history, record, rolled_back
from calibrant.change.words import Refused

__all__ = [
    "Became",
    "Done",
    "FileEdits",
    "FileOutcome",
    "FilePreview",
    "OpenEdits",
    "Preview",
    "Refused",
    "RollbackEdits",
    "Settled",
    "Site",
    "apply",
    "conclude",
    "create",
    "history",
    "keep",
    "preview",
    "record",
    "rollback",
    "rollback_edits",
    "rolled_back",
    "settle",
]
