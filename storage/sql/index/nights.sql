-- Nights as their files have them, and whether one that has not ended lives no more.
CREATE TABLE night_rows AS SELECT *, FALSE AS dead FROM read_parquet($files) LIMIT 0
