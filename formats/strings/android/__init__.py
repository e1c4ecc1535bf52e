"""String resources of Android."""
