-- Sums of the ledger by any of eight dimensions; one that is not asked for is NULL. Calls that name
-- no night count as in lake/asked.sql.
SELECT
    CASE WHEN list_contains($by, 'day') THEN make_timestamp(epoch_us(calls.started_at))::DATE END
        AS day,
    CASE WHEN list_contains($by, 'model') THEN model END AS model,
    CASE WHEN list_contains($by, 'source_lang') THEN source_lang END AS source_lang,
    CASE WHEN list_contains($by, 'target_lang') THEN target_lang END AS target_lang,
    CASE WHEN list_contains($by, 'stage') THEN stage END AS stage,
    CASE WHEN list_contains($by, 'job') THEN job_id END AS job,
    CASE
        WHEN list_contains($by, 'batch_id')
            THEN coalesce(
                calls.batch_id,
                CASE WHEN NOT list_contains($nights, jobs.batch_id) THEN jobs.batch_id END
            )
    END AS batch_id,
    CASE WHEN list_contains($by, 'simulated') THEN calls.simulated END AS simulated,
    count(*) AS calls,
    sum(calls.uncached_input_tokens + calls.cache_read_tokens
        + calls.cache_write_5m_tokens + calls.cache_write_1h_tokens)::BIGINT AS input_tokens,
    sum(calls.output_tokens)::BIGINT AS output_tokens,
    sum(calls.cache_read_tokens)::BIGINT AS cache_read_tokens,
    sum(calls.cache_write_5m_tokens + calls.cache_write_1h_tokens)::BIGINT AS cache_write_tokens,
    sum(calls.cost_usd) AS cost_usd,
    sum(calls.cost_eur) AS cost_eur
FROM lake.calls AS calls
JOIN lake.jobs AS jobs USING (job_id)
WHERE ($owner IS NULL OR owner = $owner)
    AND ($since IS NULL OR calls.started_at >= $since)
    AND ($until IS NULL OR calls.started_at <= $until)
    AND ($simulated IS NULL OR calls.simulated = $simulated)
GROUP BY ALL
