"""Markup and variables in a text: found, masked by placeholders, and put back."""
