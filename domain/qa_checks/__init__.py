"""The checks behind `domain.checks.checking`: a module a kind of error."""
