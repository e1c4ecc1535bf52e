"""Whether a lake is whole; backups, rebuilding, and what may be let go."""
