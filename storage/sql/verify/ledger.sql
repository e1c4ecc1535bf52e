-- Finished jobs whose cost or tokens are not the sums of their calls. A live job's row has none:
-- they are summed where it is read.
WITH spent AS (
    SELECT
        job_id,
        sum(uncached_input_tokens) AS uncached_input_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_5m_tokens) AS cache_write_5m_tokens,
        sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
        sum(output_tokens) AS output_tokens,
        sum(cost_eur) AS cost_eur
    FROM calls
    GROUP BY job_id
),

compared AS (
    SELECT
        job.place,
        job.job_id,
        unnest([
            {'name': 'cost_eur', 'said': job.cost_eur::VARCHAR, 'summed': coalesce(spent.cost_eur, 0)::DECIMAL(38, 18)::VARCHAR},
            {'name': 'uncached_input_tokens', 'said': job.uncached_input_tokens::VARCHAR, 'summed': coalesce(spent.uncached_input_tokens, 0)::VARCHAR},
            {'name': 'cache_read_tokens', 'said': job.cache_read_tokens::VARCHAR, 'summed': coalesce(spent.cache_read_tokens, 0)::VARCHAR},
            {'name': 'cache_write_5m_tokens', 'said': job.cache_write_5m_tokens::VARCHAR, 'summed': coalesce(spent.cache_write_5m_tokens, 0)::VARCHAR},
            {'name': 'cache_write_1h_tokens', 'said': job.cache_write_1h_tokens::VARCHAR, 'summed': coalesce(spent.cache_write_1h_tokens, 0)::VARCHAR},
            {'name': 'output_tokens', 'said': job.output_tokens::VARCHAR, 'summed': coalesce(spent.output_tokens, 0)::VARCHAR}
        ], recursive := TRUE)
    FROM jobs AS job
    LEFT JOIN spent USING (job_id)
    WHERE job.sealed
)

SELECT
    'ledger' AS kind,
    any_value(place) AS place,
    job_id,
    string_agg('its row says ' || name || ' ' || coalesce(said, 'nothing') || ', its calls ' || summed, '; ') AS what
FROM compared
WHERE said IS DISTINCT FROM summed AND job_id NOT IN (SELECT job_id FROM jobs GROUP BY job_id HAVING count(*) > 1)
GROUP BY job_id
ORDER BY job_id
