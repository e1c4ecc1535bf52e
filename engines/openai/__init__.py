"""Servers that speak chat completions: OpenAI's own, and the many that speak the same."""
