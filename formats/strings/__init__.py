"""Texts of programs by key, with their plural forms; a folder a platform."""
