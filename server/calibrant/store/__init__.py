"""What is remembered between runs: sessions, steps, outputs, issues, inputs, locks and trust, in SQLite."""

from calibrant.store.clean import Cleaned, clean
from calibrant.store.store import Store, open_store

__all__ = ["Cleaned", "Store", "clean", "open_store"]
