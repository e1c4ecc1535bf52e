"""What the simulator is told to do about sentences with certain words, for several tests."""

from __future__ import annotations

BLOCKED = """
[[rule]]
task = ["translate", "correct"]
match = "blocked"
event = "lose_placeholder"
"""
"""A sentence with this word and a placeholder gets no translation that keeps the placeholder."""

CORRECTED = """
[[rule]]
task = "assess"
match = "corrected"
event = "error"
severity = "major"
category = "accuracy/mistranslation"
explanation = "Another thing is said."
times = 1
each = true
"""
"""A sentence with this word is found wrong once."""
