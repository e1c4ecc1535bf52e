-- Calls that are there more than once, by the first job that has them.
WITH doubled AS (
    SELECT call_id, min(job_id) AS job_id, string_agg(DISTINCT place, ', ' ORDER BY place) AS place
    FROM calls
    GROUP BY call_id
    HAVING count(*) > 1
)
SELECT
    'doubled calls' AS kind,
    min(place) AS place,
    job_id,
    count(*) || ' calls have more than one row, first ' || min(call_id) AS what
FROM doubled
GROUP BY job_id
ORDER BY job_id
