"""The native language: reading, values, mistakes, schema."""
