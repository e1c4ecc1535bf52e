-- The rows of live jobs that count: of each table and key the newest, oldest first.
SELECT job_id, kind, arg_max(body, seq) AS body
FROM read_parquet($files)
GROUP BY job_id, kind, key
ORDER BY max(seq)
