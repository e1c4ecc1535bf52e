"""What the office formats share: the package, its XML, paragraphs as pieces, drawings."""
