"""What models do to a translation and people don't: talk, obey, repeat, lose what was marked."""
