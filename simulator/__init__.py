"""A strict stand-in for the APIs of Anthropic and OpenAI over HTTP, for rehearsals and tests."""
