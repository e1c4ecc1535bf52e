"""Random requests to the running server, made from its own OpenAPI document by schemathesis."""
