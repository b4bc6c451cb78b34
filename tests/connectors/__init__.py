"""Connectors against real counterparts: files, workbooks, mailboxes, databases, servers and processes."""
