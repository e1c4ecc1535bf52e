"""The contract's answers, lists of jobs, and what webhooks say: names, order, nulls, formats."""
