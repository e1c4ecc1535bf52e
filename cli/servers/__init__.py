"""Commands that serve, and those that say who may ask or is told."""
