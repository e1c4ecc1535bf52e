"""Jobs that are worked on: a folder of small files each, and the commits that add to it."""
