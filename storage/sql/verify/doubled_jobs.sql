-- Jobs that are there more than once.
SELECT
    'doubled job' AS kind,
    string_agg(DISTINCT place, ', ' ORDER BY place) AS place,
    job_id,
    'it has ' || count(*) || ' rows' AS what
FROM jobs
GROUP BY job_id
HAVING count(*) > 1
ORDER BY job_id
