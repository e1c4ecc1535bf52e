WITH spent AS (
    SELECT
        job_id,
        count(*) AS calls,
        sum(uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens)::BIGINT
            AS input_tokens,
        sum(output_tokens)::BIGINT AS output_tokens,
        sum(cache_read_tokens)::BIGINT AS cache_read_tokens,
        sum(cache_write_5m_tokens + cache_write_1h_tokens)::BIGINT AS cache_write_tokens,
        sum(cost_usd) AS cost_usd,
        sum(cost_eur) AS cost_eur
    FROM lake.calls
    GROUP BY job_id
)
SELECT
    source_lang,
    target_lang,
    job.simulated,
    count(*) AS jobs,
    sum(source_words)::BIGINT AS source_words,
    coalesce(sum(calls), 0)::BIGINT AS calls,
    coalesce(sum(spent.input_tokens), 0)::BIGINT AS input_tokens,
    coalesce(sum(spent.output_tokens), 0)::BIGINT AS output_tokens,
    coalesce(sum(spent.cache_read_tokens), 0)::BIGINT AS cache_read_tokens,
    coalesce(sum(spent.cache_write_tokens), 0)::BIGINT AS cache_write_tokens,
    coalesce(sum(spent.cost_usd), 0)::DECIMAL(38, 18) AS cost_usd,
    coalesce(sum(spent.cost_eur), 0)::DECIMAL(38, 18) AS cost_eur
FROM lake.jobs AS job
LEFT JOIN spent USING (job_id)
GROUP BY source_lang, target_lang, job.simulated
ORDER BY source_lang, target_lang, job.simulated
