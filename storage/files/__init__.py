"""Files and objects, whatever they hold: written, read, cached; homes; what can be wrong."""
