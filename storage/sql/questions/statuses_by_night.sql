-- How did each night's jobs end?
SELECT
    batch_id AS night,
    status,
    count(*) AS jobs,
    sum(source_words)::BIGINT AS words,
    round(avg(qa_score), 1) AS mean_score
FROM jobs
WHERE batch_id IS NOT NULL
GROUP BY batch_id, status
ORDER BY night, status
