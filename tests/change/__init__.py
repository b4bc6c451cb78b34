"""The door to workflow files."""
