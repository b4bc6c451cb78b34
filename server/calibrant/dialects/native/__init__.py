"""Calibrant's own workflow language (docs/workflow-language.md)."""

from calibrant.dialects.dialect import Dialect
from calibrant.dialects.native.language import LANGUAGE
from calibrant.dialects.native.reading import read
from calibrant.dialects.native.schema import schema

NATIVE = Dialect(LANGUAGE, read, schema)
