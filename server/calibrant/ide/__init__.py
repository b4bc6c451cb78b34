"""What can be said of a place in a workflow: names, types, completions, symbols; in offsets, for any editor."""
