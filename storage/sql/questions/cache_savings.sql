-- What does the prompt cache save? Claude's prices, in input tokens: 0.1 to read one from the
-- cache, 1.25 or 2 to write one for 5 minutes or an hour, 5 for one of output.
WITH priced AS (
    SELECT
        model,
        transport,
        sum(cost_eur) AS eur,
        sum(uncached_input_tokens + cache_read_tokens * 0.1 + cache_write_5m_tokens * 1.25
            + cache_write_1h_tokens * 2 + output_tokens * 5) AS paid,
        sum(uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens
            + cache_write_1h_tokens + output_tokens * 5) AS uncached,
        sum(cache_read_tokens)::BIGINT AS tokens_read,
        sum(uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens
            + cache_write_1h_tokens)::BIGINT AS tokens
    FROM calls
    WHERE engine = 'claude' AND NOT simulated
    GROUP BY model, transport
)
SELECT
    model,
    transport,
    (100 * tokens_read::DECIMAL(18, 0) / nullif(tokens, 0))::DECIMAL(5, 1) AS percent_read,
    round(eur, 4) AS eur,
    -- What was paid goes to the tokens as they are weighed; the rest of them would cost as much.
    ((uncached - paid)::DECIMAL(18, 2) / nullif(paid, 0)::DECIMAL(18, 2)
        * eur::DECIMAL(18, 9))::DECIMAL(18, 4) AS eur_saved
FROM priced
ORDER BY eur_saved DESC, model, transport
