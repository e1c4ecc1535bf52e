"""Rules for answers: what a valid one holds, what is expected of it; and batches."""
