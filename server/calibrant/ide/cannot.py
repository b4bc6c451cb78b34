"""What cannot be done to a name."""


class CannotRename(Exception):  # noqa: N818 - it is an answer: what was asked for cannot be done
    """Nothing can be renamed like this; the message says why and what to do, in words for the user."""
