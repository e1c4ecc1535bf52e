"""Job control: leases, keys, submissions, the log of batches, facts; in SQLite or in objects."""
