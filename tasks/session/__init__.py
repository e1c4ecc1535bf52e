"""The job that a run works on: its state and commits, and the guard around its work."""
