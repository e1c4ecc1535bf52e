-- Notes and errors whose number within their job another has too.
WITH doubled AS (
    SELECT 'notes' AS name, place, job_id, seq FROM notes GROUP BY ALL HAVING count(*) > 1
    UNION ALL
    SELECT 'errors', place, job_id, seq FROM errors GROUP BY ALL HAVING count(*) > 1
)
SELECT
    'doubled rows' AS kind,
    min(place) AS place,
    job_id,
    count(*) || ' of its ' || name || ' have more than one row' AS what
FROM doubled
GROUP BY job_id, name
ORDER BY job_id, name
