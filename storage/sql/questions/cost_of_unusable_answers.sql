-- What have answers cost that could not be used, and how many requests failed?
SELECT
    outcome,
    count(*) AS calls,
    round(sum(cost_eur), 4) AS eur,
    (100 * sum(cost_eur) / nullif(sum(sum(cost_eur)) OVER (), 0))::DECIMAL(5, 1) AS percent
FROM calls
WHERE NOT simulated
GROUP BY outcome
ORDER BY outcome = 'ok', eur DESC, outcome
