-- One job's rows of a sealed file, in the file's order.
SELECT {columns}
FROM read_parquet({files})
WHERE job_id = {job_id}
