-- Segments that are there more than once, by job.
WITH doubled AS (
    SELECT job_id, segment_id, string_agg(DISTINCT place, ', ' ORDER BY place) AS place
    FROM segments
    GROUP BY job_id, segment_id
    HAVING count(*) > 1
)
SELECT
    'doubled segments' AS kind,
    min(place) AS place,
    job_id,
    count(*) || ' of its segments have more than one row, first ' || min(segment_id) AS what
FROM doubled
GROUP BY job_id
ORDER BY job_id
