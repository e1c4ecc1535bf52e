-- Live jobs; their tokens and cost are what the ledger says now. A rehearsal whose requests all
-- failed has left nothing that would make a job its own.
WITH spent AS (
    SELECT
        job_id,
        sum(uncached_input_tokens)::BIGINT AS uncached_input_tokens,
        sum(cache_read_tokens)::BIGINT AS cache_read_tokens,
        sum(cache_write_5m_tokens)::BIGINT AS cache_write_5m_tokens,
        sum(cache_write_1h_tokens)::BIGINT AS cache_write_1h_tokens,
        sum(output_tokens)::BIGINT AS output_tokens,
        sum(cost_eur)::DECIMAL(38, 18) AS cost_eur,
        bool_or(
            simulated
            AND (
                outcome = 'ok'
                OR uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens
                + cache_write_1h_tokens + output_tokens > 0
            )
        ) AS simulated
    FROM lake.live_calls
    GROUP BY job_id
)
SELECT
    job.* REPLACE (
        coalesce(spent.uncached_input_tokens, 0) AS uncached_input_tokens,
        coalesce(spent.cache_read_tokens, 0) AS cache_read_tokens,
        coalesce(spent.cache_write_5m_tokens, 0) AS cache_write_5m_tokens,
        coalesce(spent.cache_write_1h_tokens, 0) AS cache_write_1h_tokens,
        coalesce(spent.output_tokens, 0) AS output_tokens,
        coalesce(spent.cost_eur, 0)::DECIMAL(38, 18) AS cost_eur,
        coalesce(job.simulated, FALSE) OR coalesce(spent.simulated, FALSE) AS simulated
    )
FROM lake.live_jobs_rows AS job
LEFT JOIN spent USING (job_id)
