-- How good is each translating model, into each language?
WITH translator AS (
    SELECT
        job_id,
        arg_max(model, started_at) AS model
    FROM calls
    WHERE task = 'translate' AND outcome = 'ok'
    GROUP BY job_id
)
SELECT
    translator.model,
    job.target_lang,
    count(*) AS segments,
    avg(segment.qa_score)::DECIMAL(4, 1) AS mean_score,
    (100 * count(*) FILTER (WHERE segment.retry_count = 0) / count(*)::DECIMAL(18, 0))::DECIMAL(5, 1)
        AS percent_without_correction
FROM segments AS segment
JOIN jobs AS job USING (job_id)
JOIN translator USING (job_id)
WHERE segment.qa_score IS NOT NULL AND segment.origin NOT IN ('translation_memory', 'reviewed_translation')
    AND NOT job.simulated
GROUP BY translator.model, job.target_lang
ORDER BY mean_score DESC, model, target_lang
