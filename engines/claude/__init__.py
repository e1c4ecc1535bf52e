"""Claude, through the vendor's SDK, which only this folder knows: errors, models, caching."""
