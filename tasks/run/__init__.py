"""What all jobs of a run share: budget, heartbeat, cancellation, the night's memory and record."""
