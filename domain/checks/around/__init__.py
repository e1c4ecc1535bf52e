"""What only shows beside other segments: another's translation, one for all, one left."""
