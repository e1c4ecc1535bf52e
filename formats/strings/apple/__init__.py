"""Strings of iOS and macOS: `.strings`, `.stringsdict`, string catalogs."""
