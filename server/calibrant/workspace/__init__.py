"""A workspace's live state: documents, analysis, run queue, file watching, trust and settings."""
