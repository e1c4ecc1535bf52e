-- What was submitted and only rehearsals have worked on: of each content the newest job, with the
-- ids of all.
WITH contents AS (
    SELECT max(job_id) AS job_id, list(job_id) AS job_ids
    FROM lake.jobs
    GROUP BY owner, content_key
    HAVING bool_and(coalesce(simulated, FALSE))
)
SELECT job.*, contents.job_ids
FROM lake.jobs AS job
JOIN contents USING (job_id)
ORDER BY job_id
