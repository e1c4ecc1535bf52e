"""What is read of the lake: one job, many at once, and ahead of being asked."""
