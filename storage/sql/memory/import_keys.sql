-- The keys of one import's units.
SELECT import_key AS key, file_row_number AS row
FROM read_parquet($units, file_row_number = true)
