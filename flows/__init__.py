"""The flows: a night, and the jobs in it."""
