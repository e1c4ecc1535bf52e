-- The documents that jobs refer to, each with the first job that does.
SELECT name, min(job_id) AS job_id, count(DISTINCT job_id) AS jobs
FROM (
    SELECT document AS name, job_id FROM jobs
    UNION ALL
    SELECT briefing, job_id FROM jobs
    UNION ALL
    SELECT output, job_id FROM jobs
)
WHERE name IS NOT NULL
GROUP BY name
ORDER BY name
