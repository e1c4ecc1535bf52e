"""gettext."""
