-- Leases and requests in batches of jobs that are not there.
SELECT kind, '' AS place, job_id, 'there is no such job' AS what
FROM entered
ANTI JOIN jobs USING (job_id)
GROUP BY kind, job_id
ORDER BY kind, job_id
