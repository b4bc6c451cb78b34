"""Calibrant's own workflow language (docs/workflow-language.md)."""

from calibrant.dialects.dialect import Dialect
from calibrant.dialects.native.language import LANGUAGE
from calibrant.dialects.native.reading import read
from calibrant.dialects.native.schema import schema
from calibrant.dialects.native.slots import slot
from calibrant.dialects.native.write import write

NATIVE = Dialect(LANGUAGE, read, write, schema, slot)
