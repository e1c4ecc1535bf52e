"""Files and objects, whatever they hold: written durably, read, kept in a cache."""
