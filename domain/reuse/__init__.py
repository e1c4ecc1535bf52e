"""What makes two segments, terms or texts the same, so that one's translation serves the other."""
