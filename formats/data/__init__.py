"""Files of data whose values are texts: JSON, YAML, CSV."""
