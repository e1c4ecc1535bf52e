-- The newest row of each live job, in the order of submission.
SELECT job_id, arg_max(body, seq) AS body
FROM read_parquet($files)
WHERE kind = 'jobs'
GROUP BY job_id
ORDER BY job_id
