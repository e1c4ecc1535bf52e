SELECT
    job_id,
    segment_id,
    status,
    source,
    translation,
    words,
    qa_score,
    findings,
    retry_count,
    origin,
    model,
    declined_by,
    judged_by,
    error,
    memory_key,
    job_id IN (SELECT job_id FROM lake.rehearsed) AS simulated
FROM lake.segments
