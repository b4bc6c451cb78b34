"""YAML and JSON text to nodes with exact spans, in pieces cut at step boundaries."""
