"""Commands for the lake as a whole: whether it is sound, its copies, its memory."""
