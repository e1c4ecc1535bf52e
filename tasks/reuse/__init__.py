"""Memory applied to a job: what is recalled, shared or consistent need not be asked for."""
