-- Nights as last written.
SELECT * EXCLUDE (row)
FROM read_parquet({files}, union_by_name = true)
QUALIFY row_number() OVER (PARTITION BY batch_id ORDER BY row DESC) = 1
