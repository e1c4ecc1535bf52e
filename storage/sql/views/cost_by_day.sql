SELECT
    make_timestamp(epoch_us(started_at))::DATE AS day,
    simulated,
    count(*) AS calls,
    sum(uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens)::BIGINT
        AS input_tokens,
    sum(output_tokens)::BIGINT AS output_tokens,
    sum(cache_read_tokens)::BIGINT AS cache_read_tokens,
    sum(cache_write_5m_tokens + cache_write_1h_tokens)::BIGINT AS cache_write_tokens,
    sum(cost_usd) AS cost_usd,
    sum(cost_eur) AS cost_eur
FROM lake.calls
GROUP BY day, simulated
ORDER BY day, simulated
