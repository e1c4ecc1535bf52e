SELECT
    job_id,
    segment_id,
    type,
    message,
    step,
    created_at,
    job_id IN (SELECT job_id FROM lake.rehearsed) AS simulated
FROM lake.errors
