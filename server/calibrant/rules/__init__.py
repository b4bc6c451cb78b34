"""One file per static check: Workflow to findings."""
