-- What do corrections cost, by language?
WITH spent AS (
    SELECT
        job_id,
        sum(cost_eur) FILTER (WHERE task = 'correct') AS on_corrections,
        sum(cost_eur) AS eur
    FROM calls
    GROUP BY job_id
),
corrected AS (
    SELECT
        job_id,
        count(*) AS segments,
        count(*) FILTER (WHERE retry_count > 0) AS corrected
    FROM segments
    GROUP BY job_id
)
SELECT
    job.target_lang,
    sum(corrected.segments)::BIGINT AS segments,
    sum(corrected.corrected)::BIGINT AS corrected,
    round(sum(spent.on_corrections), 4) AS eur_of_corrections,
    (sum(spent.on_corrections) / nullif(sum(corrected.corrected), 0))::DECIMAL(18, 6)
        AS eur_per_corrected_segment,
    (100 * sum(spent.on_corrections) / nullif(sum(spent.eur), 0))::DECIMAL(5, 1)
        AS percent_of_all_cost
FROM jobs AS job
JOIN corrected USING (job_id)
LEFT JOIN spent USING (job_id)
WHERE NOT job.simulated
GROUP BY job.target_lang
ORDER BY eur_of_corrections DESC NULLS LAST, job.target_lang
