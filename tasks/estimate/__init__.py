"""What jobs will ask and cost, foreseen; and what became of it."""
