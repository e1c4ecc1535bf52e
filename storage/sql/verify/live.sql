-- The rows of some live jobs that count: of each job, table and key the newest.
CREATE OR REPLACE TEMP TABLE gathered AS
SELECT job_id, kind, key, max(seq) AS seq, arg_max(body, seq) AS body
FROM read_parquet($files)
GROUP BY job_id, kind, key
