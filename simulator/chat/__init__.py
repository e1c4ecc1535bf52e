"""Chat completions as OpenAI's API has them: what it takes, refuses and answers."""
