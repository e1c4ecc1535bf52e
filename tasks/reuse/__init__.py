"""What is not asked for, since it is known: from memory, another segment, the night's terms."""
