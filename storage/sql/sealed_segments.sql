-- The segments of one finished job.
SELECT *
FROM read_parquet($files)
WHERE job_id = $job_id
ORDER BY segment_id
