"""A document taken apart: its units, their segments, and which of these travel together."""
