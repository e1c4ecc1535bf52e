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
    error,
    memory_key
FROM lake.segments
