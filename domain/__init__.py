"""The rules of translation work: pure, without I/O, clock or network."""
