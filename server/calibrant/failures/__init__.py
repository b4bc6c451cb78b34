"""What went wrong, in words: classification, collection and grouping into issues.

What runs tell is collected by `collector`, and given evidence by `grounding`: who only checks a text imports neither.
"""

from calibrant.failures.grouping import group, offer, summarise
from calibrant.failures.overrides import apply

__all__ = ["apply", "group", "offer", "summarise"]
