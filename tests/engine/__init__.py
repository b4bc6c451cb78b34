"""The engine: what a run does with a workflow."""
