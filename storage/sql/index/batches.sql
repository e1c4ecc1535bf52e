-- Nights before one, the latest first: sums of their jobs.
SELECT
    batch_id,
    count(*) AS jobs,
    count(*) FILTER (status = 'queued') AS queued,
    count(*) FILTER (status = 'processing') AS processing,
    count(*) FILTER (status = 'correcting') AS correcting,
    count(*) FILTER (status = 'completed') AS completed,
    count(*) FILTER (status = 'completed_with_blocks') AS completed_with_blocks,
    count(*) FILTER (status = 'needs_review') AS needs_review,
    count(*) FILTER (status = 'failed') AS failed,
    count(*) FILTER (status = 'dead') AS dead,
    sum(segment_count)::BIGINT AS segment_count,
    sum(source_words)::BIGINT AS source_words,
    sum(target_words)::BIGINT AS target_words,
    round(
        sum(qa_score * greatest(source_words, 1))
        / sum(greatest(source_words, 1)) FILTER (qa_score IS NOT NULL), 1
    ) AS qa_score,
    sum(input_tokens)::BIGINT AS input_tokens,
    sum(output_tokens)::BIGINT AS output_tokens,
    sum(cache_read_tokens)::BIGINT AS cache_read_tokens,
    sum(cache_write_tokens)::BIGINT AS cache_write_tokens,
    sum(cost_eur) AS cost_eur,
    min(started_at) AS started_at,
    CASE
        WHEN bool_and(status IN ('completed', 'completed_with_blocks', 'needs_review', 'dead'))
            THEN max(finished_at)
    END AS finished_at
FROM listed
WHERE batch_id IS NOT NULL
    AND ($owner IS NULL OR owner = $owner)
    AND ($batch_id IS NULL OR batch_id = $batch_id)
    AND ($before IS NULL OR batch_id < $before)
GROUP BY batch_id
ORDER BY batch_id DESC
LIMIT $count
