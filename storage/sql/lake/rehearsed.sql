-- The jobs that rehearsals took up.
SELECT job_id FROM lake.sealed_jobs WHERE simulated
UNION ALL
SELECT job_id FROM lake.live_jobs_rows WHERE simulated
