"""One per kind of action: what it takes, what it touches, how it runs and how it rehearses."""
