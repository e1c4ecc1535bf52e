"""The one way out to an engine: how many requests are under way, how fast, how long they wait."""
