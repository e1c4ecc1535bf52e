"""Whether a translation is in the target language at all."""
