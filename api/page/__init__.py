"""The dashboard: the night in a browser, rendered here, for people who sign in with a key."""
