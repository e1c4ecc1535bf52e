"""The keys of reuse: what makes two segments, terms or texts the same."""
