-- The rows of live jobs that count: of each job, table and key the newest. Files of replaced jobs
-- are left out by their folder's name, so that nobody opens them while they are swept.
SELECT job_id, kind, key, max(seq) AS seq, arg_max(body, seq) AS body
FROM read_parquet({files}, filename = true)
WHERE try_cast(split_part(filename, '/', -2) AS lake.replaced) IS NULL
GROUP BY job_id, kind, key
