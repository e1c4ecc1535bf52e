"""The read-model over HTTP: where a job stands, and what came of it."""
