"""Ids that generators of sites make of a page's headings, a generator a module."""
