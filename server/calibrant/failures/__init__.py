"""What went wrong, in words: classification, collection and grouping into issues."""

from calibrant.failures.classifier import Classified, classify
from calibrant.failures.collector import collect
from calibrant.failures.grounding import grounded
from calibrant.failures.grouping import group, offer, summarise
from calibrant.failures.overrides import apply

__all__ = ["Classified", "apply", "classify", "collect", "grounded", "group", "offer", "summarise"]
