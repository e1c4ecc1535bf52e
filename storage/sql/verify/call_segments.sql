-- Calls that name segments which their job does not have, by job.
WITH named AS (
    SELECT DISTINCT place, job_id, unnest(segment_ids) AS segment_id
    FROM calls
)
SELECT
    'calls without segments' AS kind,
    min(place) AS place,
    job_id,
    'its calls name ' || count(*) || ' segments it does not have, first ' || min(segment_id) AS what
FROM named
ANTI JOIN segments USING (job_id, segment_id)
GROUP BY job_id
ORDER BY job_id
