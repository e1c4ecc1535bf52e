"""Where a lake's files lie, which of them count, and whether they are what was written."""
