"""What commands mean: which program works where, and what it is asked for."""

from calibrant.rules.commands.arguments import Given, within
from calibrant.rules.commands.calls import Call, call

__all__ = ["Call", "Given", "call", "within"]
