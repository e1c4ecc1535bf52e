"""Reading a lake: single jobs, lists, memory; and the catalog written for it."""
