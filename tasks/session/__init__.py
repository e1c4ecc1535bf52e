"""One job while a run holds it: state, commits, bills, the guard around its work."""
