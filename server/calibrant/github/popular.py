"""The public actions that are used most, by name and major version: what they take and give, in words of our own."""

from calibrant.model.connector import ConnectorSpec


def public_action(name: str) -> ConnectorSpec | None:
    """Return what is known of an action by the text of ‘uses’; None where its version does not tell, or nothing is known."""
    del name
    return None


def newest() -> tuple[str, ...]:
    """Return the actions that are known, each as the newest version is called."""
    return ()
