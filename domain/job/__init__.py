"""A job: its states and those of its segments, its notes, and the night it is worked on."""
