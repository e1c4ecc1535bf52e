"""How a translation is written into a block, so that it stays that block and is read as meant."""
