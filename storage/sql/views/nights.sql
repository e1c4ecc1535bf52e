WITH worked_on AS (
    SELECT
        night_jobs.batch_id,
        count(*) AS jobs,
        bool_or(night_jobs.simulated) AS simulated,
        min(job.started_at) FILTER (night_jobs.batch_id IS NOT NULL) AS began_at,
        sum(calls)::BIGINT AS calls,
        sum(night_jobs.input_tokens)::BIGINT AS input_tokens,
        sum(night_jobs.output_tokens)::BIGINT AS output_tokens,
        sum(night_jobs.cache_read_tokens)::BIGINT AS cache_read_tokens,
        sum(night_jobs.cache_write_tokens)::BIGINT AS cache_write_tokens,
        sum(night_jobs.cost_usd) AS cost_usd,
        sum(night_jobs.cost_eur) AS cost_eur
    FROM night_jobs
    JOIN lake.jobs AS job USING (job_id)
    GROUP BY night_jobs.batch_id
)

SELECT
    coalesce(night.batch_id, worked_on.batch_id) AS batch_id,
    coalesce(night.began_at, worked_on.began_at) AS began_at,
    night.ended_at,
    night.ended_as,
    night.reason,
    night.engine,
    night.transport,
    coalesce(night.simulated, worked_on.simulated) AS simulated,
    coalesce(jobs, 0) AS jobs,
    coalesce(calls, 0) AS calls,
    coalesce(input_tokens, 0) AS input_tokens,
    coalesce(output_tokens, 0) AS output_tokens,
    coalesce(cache_read_tokens, 0) AS cache_read_tokens,
    coalesce(cache_write_tokens, 0) AS cache_write_tokens,
    coalesce(cost_usd, 0)::DECIMAL(38, 18) AS cost_usd,
    coalesce(cost_eur, 0)::DECIMAL(38, 18) AS cost_eur
FROM worked_on
FULL JOIN lake.nights AS night USING (batch_id)
ORDER BY batch_id
