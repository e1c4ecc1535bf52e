-- Jobs that have been taken apart into more or fewer segments than are there.
WITH held AS (
    SELECT job_id, count(DISTINCT segment_id) AS segments
    FROM segments
    GROUP BY job_id
)
SELECT
    'segment count' AS kind,
    place,
    job_id,
    'it has ' || coalesce(segments, 0) || ' segments, and its row says ' || segment_count AS what
FROM jobs
LEFT JOIN held USING (job_id)
WHERE supervised AND segment_count <> coalesce(segments, 0)
ORDER BY job_id
