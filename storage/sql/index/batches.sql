-- Nights before one, the latest first: when they were, and sums of their jobs and of what they asked.
WITH chosen AS (
    SELECT night_job.*, job.segment_count, job.source_words, job.target_words, job.qa_score,
        job.started_at, job.finished_at
    FROM night_jobs AS night_job
    JOIN listed AS job USING (job_id)
    WHERE night_job.batch_id IS NOT NULL
        AND ($owner IS NULL OR job.owner = $owner)
        AND ($batch_id IS NULL OR night_job.batch_id = $batch_id)
        AND ($before IS NULL OR night_job.batch_id < $before)
),

summed AS (
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
        (
            sum(qa_score * greatest(source_words, 1))
            / sum(greatest(source_words, 1)) FILTER (qa_score IS NOT NULL)
        )::DECIMAL(4, 1)::DOUBLE AS qa_score,
        sum(input_tokens)::BIGINT AS input_tokens,
        sum(output_tokens)::BIGINT AS output_tokens,
        sum(cache_read_tokens)::BIGINT AS cache_read_tokens,
        sum(cache_write_tokens)::BIGINT AS cache_write_tokens,
        sum(cost_eur) AS cost_eur,
        min(started_at) AS started_at,
        CASE
            WHEN bool_and(status IN ('completed', 'completed_with_blocks', 'needs_review', 'dead'))
                THEN max(finished_at)
        END AS finished_at,
        bool_or(simulated) AS simulated
    FROM chosen
    GROUP BY batch_id
),

-- One that took up nothing is nobody's.
names AS (
    SELECT batch_id FROM summed
    UNION
    SELECT batch_id
    FROM lake.nights
    WHERE $owner IS NULL
        AND ($batch_id IS NULL OR batch_id = $batch_id)
        AND ($before IS NULL OR batch_id < $before)
)

SELECT
    batch_id,
    summed.* EXCLUDE (batch_id, started_at, finished_at, simulated),
    CASE WHEN night.began_at IS NULL THEN summed.started_at ELSE night.began_at END AS started_at,
    CASE WHEN night.began_at IS NULL THEN summed.finished_at ELSE night.ended_at END
        AS finished_at,
    CASE WHEN night.dead THEN 'interrupted' ELSE night.ended_as END AS ended_as,
    coalesce(night.simulated, summed.simulated, FALSE) AS simulated
FROM names
LEFT JOIN summed USING (batch_id)
LEFT JOIN lake.nights AS night USING (batch_id)
WHERE $simulated IS NULL OR coalesce(night.simulated, summed.simulated, FALSE) = $simulated
ORDER BY batch_id DESC
LIMIT $count
