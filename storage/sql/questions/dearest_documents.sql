-- Which documents were the most expensive?
SELECT
    source_path,
    target_lang,
    source_words,
    round(cost_eur, 4) AS eur,
    (1000 * cost_eur / nullif(source_words, 0))::DECIMAL(18, 4) AS eur_per_1000_words
FROM jobs
WHERE NOT simulated
ORDER BY cost_eur DESC, job_id
LIMIT 5
