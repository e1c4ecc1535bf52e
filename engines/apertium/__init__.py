"""Apertium: rule-based translation on this machine, without network or cost."""
