"""HTML: its blocks with their inline elements, and attributes with prose."""
