-- Some rows of one import as units.
SELECT import_key, target, origin
FROM read_parquet($units, file_row_number = true)
WHERE file_row_number IN ({rows})
