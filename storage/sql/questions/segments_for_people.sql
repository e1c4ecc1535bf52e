-- Which segments need a person?
SELECT
    job.source_path,
    job.target_lang,
    segment.segment_id,
    segment.status,
    segment.qa_score,
    segment.source,
    segment.error
FROM segments AS segment
JOIN jobs AS job USING (job_id)
WHERE segment.status IN ('qa_failed', 'blocked') AND NOT job.simulated
ORDER BY segment.job_id, segment.segment_id
LIMIT 20
