"""What went wrong, in words: classification, collection and grouping into issues."""
