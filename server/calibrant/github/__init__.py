"""What GitHub documents of its workflow and action files, as data: keys, events, permissions, runners, shells, contexts.

Its own words, after docs.github.com as of November 2026. It is a room of its own, below the dialects, because reading,
rules, expressions and the editor's answers all need it; it is imported with the first such file, never before.
"""
