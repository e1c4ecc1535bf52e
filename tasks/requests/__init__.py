"""Requests to models: which segments travel together, what is asked, what becomes of the answer."""
