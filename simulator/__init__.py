"""A strict stand-in for the Anthropic API over real HTTP, for rehearsals and tests."""
