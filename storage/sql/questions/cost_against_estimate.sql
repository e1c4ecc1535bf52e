-- What did jobs cost against what was estimated, by language?
SELECT
    job.target_lang,
    count(*) AS jobs,
    round(sum(estimate.estimated_eur), 4) AS estimated_eur,
    round(sum(job.cost_eur), 4) AS eur,
    (100 * (sum(estimate.estimated_eur) - sum(job.cost_eur)) / nullif(sum(job.cost_eur), 0))
        ::DECIMAL(9, 1) AS estimate_off_by_percent
FROM estimates AS estimate
JOIN jobs AS job USING (job_id)
WHERE job.finished_at IS NOT NULL AND NOT job.simulated
GROUP BY job.target_lang
ORDER BY job.target_lang
