"""What is remembered between runs: sessions, steps, outputs, issues, locks and trust, in SQLite."""
