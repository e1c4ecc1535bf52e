-- Rows of jobs that have no row of their own.
WITH held AS (
    SELECT 'segments' AS name, place, job_id FROM segments
    UNION ALL
    SELECT 'calls', place, job_id FROM calls
    UNION ALL
    SELECT 'notes', place, job_id FROM notes
    UNION ALL
    SELECT 'errors', place, job_id FROM errors
)
SELECT
    'rows without a job' AS kind,
    min(place) AS place,
    job_id,
    'there are ' || count(*) || ' ' || name || ' of it, and no row in jobs' AS what
FROM held
ANTI JOIN jobs USING (job_id)
GROUP BY job_id, name
ORDER BY job_id, name
