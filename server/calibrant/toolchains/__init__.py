"""With which tools the folders of a workspace are built: one file per ecosystem, which reads and starts nothing."""
