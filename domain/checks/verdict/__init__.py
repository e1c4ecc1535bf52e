"""Which findings are believed, and what becomes of a translation by them."""
