WITH worked_on AS (
    SELECT batch_id, job_id FROM lake.jobs WHERE batch_id IS NOT NULL
    UNION
    SELECT batch_id, job_id FROM lake.asked
),

open_jobs AS (
    SELECT batch_id, unnest(left_open, recursive := TRUE) FROM lake.nights
)

SELECT
    worked_on.batch_id,
    worked_on.job_id,
    CASE
        WHEN worked_on.batch_id IS NULL THEN NULL
        WHEN worked_on.batch_id = job.batch_id THEN job.status
        ELSE coalesce(open_jobs.status, 'failed')
    END AS status,
    job.simulated,
    coalesce(asked.calls, 0) AS calls,
    coalesce(asked.uncached_input_tokens + asked.cache_read_tokens
        + asked.cache_write_5m_tokens + asked.cache_write_1h_tokens, 0) AS input_tokens,
    coalesce(asked.output_tokens, 0) AS output_tokens,
    coalesce(asked.cache_read_tokens, 0) AS cache_read_tokens,
    coalesce(asked.cache_write_5m_tokens + asked.cache_write_1h_tokens, 0) AS cache_write_tokens,
    coalesce(asked.cost_usd, 0)::DECIMAL(38, 18) AS cost_usd,
    coalesce(asked.cost_eur, 0)::DECIMAL(38, 18) AS cost_eur
FROM worked_on
JOIN lake.jobs AS job USING (job_id)
LEFT JOIN lake.asked AS asked
    ON asked.job_id = worked_on.job_id AND asked.batch_id IS NOT DISTINCT FROM worked_on.batch_id
LEFT JOIN open_jobs
    ON open_jobs.job_id = worked_on.job_id AND open_jobs.batch_id = worked_on.batch_id
