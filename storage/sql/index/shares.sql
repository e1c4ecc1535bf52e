-- Some jobs of a night: how it left them, and what it spent on them.
SELECT job_id, status, cost_eur
FROM night_jobs
WHERE batch_id = $batch_id AND list_contains($job_ids, job_id)
