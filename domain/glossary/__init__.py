"""Terms: glossaries and termbases, where terms stand in a text, and whether it keeps to them."""
