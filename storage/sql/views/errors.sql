SELECT
    job_id,
    segment_id,
    type,
    message,
    step,
    created_at
FROM lake.errors
