"""Names and places of a lake's files, the manifest that lists them, and soundness."""
