-- What models that assess made of planted errors, a row a trial.
SELECT *
FROM read_parquet({files}, union_by_name = true)
