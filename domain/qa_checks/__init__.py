"""The checks behind `domain.checks`: a module a kind of error."""
