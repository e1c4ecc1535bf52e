"""The tables of a lake: their columns, records as rows and back, and asking DuckDB."""
