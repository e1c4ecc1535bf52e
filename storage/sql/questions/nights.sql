-- What did each night get through, and at what rate?
SELECT
    batch_id AS night,
    make_timestamp(epoch_us(min(started_at))) AS began,
    count(*) AS jobs,
    sum(source_words)::BIGINT AS words,
    round(sum(cost_eur), 4) AS eur,
    (epoch(max(finished_at) - min(started_at)) / 60)::DECIMAL(9, 1) AS minutes,
    (sum(source_words) * 60 / nullif(epoch(max(finished_at) - min(started_at)), 0))::BIGINT
        AS words_per_minute
FROM jobs
WHERE started_at IS NOT NULL
GROUP BY batch_id
ORDER BY began, night
