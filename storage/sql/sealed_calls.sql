-- The calls of one finished job.
SELECT *
FROM read_parquet($files)
WHERE job_id = $job_id
ORDER BY seq
