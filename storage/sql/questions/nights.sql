-- What did each night get through, at what rate, and how did it end?
WITH worked_on AS (
    SELECT night_jobs.batch_id, sum(job.source_words)::BIGINT AS words
    FROM night_jobs
    JOIN jobs AS job USING (job_id)
    WHERE night_jobs.batch_id IS NOT NULL
    GROUP BY night_jobs.batch_id
)
SELECT
    batch_id AS night,
    make_timestamp(epoch_us(began_at)) AS began,
    ended_as,
    jobs,
    coalesce(words, 0) AS words,
    round(cost_eur, 4) AS eur,
    (epoch(ended_at - began_at) / 60)::DECIMAL(9, 1) AS minutes,
    (words * 60 / nullif(epoch(ended_at - began_at), 0))::BIGINT AS words_per_minute
FROM nights
LEFT JOIN worked_on USING (batch_id)
WHERE batch_id IS NOT NULL AND NOT simulated
ORDER BY began, night
