-- The rows of live jobs that count: of each job, table and key the newest.
SELECT job_id, kind, key, max(seq) AS seq, arg_max(body, seq) AS body
FROM read_parquet({files})
WHERE job_id NOT IN (SELECT job_id FROM lake.replaced)
GROUP BY job_id, kind, key
