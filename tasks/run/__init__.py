"""What a run has open, for all its jobs: lake, engine, budget, heartbeat, what the night knows."""
