"""The language server: one file per LSP feature, positions converted in one place."""
