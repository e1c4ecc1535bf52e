-- One table's rows of finished jobs.
SELECT *
FROM read_parquet({files}, union_by_name = {mixed})
