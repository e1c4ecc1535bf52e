"""Prefect: its server, what is asked of it, and what it shows."""
