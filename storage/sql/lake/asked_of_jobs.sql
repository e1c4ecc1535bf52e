-- What was asked for each job in each night, by the night that its calls name.
SELECT
    job_id,
    batch_id,
    count(*) AS calls,
    sum(uncached_input_tokens)::BIGINT AS uncached_input_tokens,
    sum(cache_read_tokens)::BIGINT AS cache_read_tokens,
    sum(cache_write_5m_tokens)::BIGINT AS cache_write_5m_tokens,
    sum(cache_write_1h_tokens)::BIGINT AS cache_write_1h_tokens,
    sum(output_tokens)::BIGINT AS output_tokens,
    sum(cost_usd)::DECIMAL(38, 18) AS cost_usd,
    sum(cost_eur)::DECIMAL(38, 18) AS cost_eur
FROM lake.calls
GROUP BY job_id, batch_id
