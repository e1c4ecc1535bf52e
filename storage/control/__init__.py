"""Who may work on what: leases, keys, submissions, batches, facts."""
