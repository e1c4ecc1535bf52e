-- The rows of live files that count, with all that a live file holds.
SELECT job_id, kind, key, max(seq) AS seq, arg_max(body, seq) AS body
FROM read_parquet($files)
GROUP BY job_id, kind, key
ORDER BY seq
