"""One per workflow language: text to Workflow; chosen by file name."""
