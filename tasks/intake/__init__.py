"""The ways in: files, folders, tables and the inbox become queued jobs."""
