"""What a workflow's commands and the workspace that they run in disagree on, for every language of workflows."""
