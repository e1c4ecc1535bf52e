-- All jobs, sealed and live, in the order of submission.
SELECT *
FROM lake.jobs
WHERE $status IS NULL OR status = $status
ORDER BY job_id
