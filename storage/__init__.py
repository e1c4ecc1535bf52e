"""What is known, kept as files, and the read-model over it; only this folder touches state."""
