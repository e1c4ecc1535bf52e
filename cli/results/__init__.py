"""Commands that tell what became of jobs, and what they cost."""
