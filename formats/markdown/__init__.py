"""Markdown: its blocks, what else in it is prose, and how a translation is written into it."""
