"""What is asked of a lake: DuckDB, its views, single jobs, lists, the catalog."""
