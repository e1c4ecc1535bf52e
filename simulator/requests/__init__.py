"""What the API takes: requests, read field by field, their models, tokens and cached prefixes."""
