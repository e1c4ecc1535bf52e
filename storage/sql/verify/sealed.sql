-- One sealed file's rows.
INSERT INTO {table} BY NAME
SELECT $place AS place, TRUE AS sealed, {columns}
FROM read_parquet($files)
