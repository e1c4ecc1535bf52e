-- Where does the money go: translating, assessing, correcting?
SELECT
    stage,
    task,
    calls,
    round(cost_eur, 4) AS eur,
    (100 * cost_eur / nullif(sum(cost_eur) OVER (), 0))::DECIMAL(5, 1) AS percent
FROM cost_by_stage
WHERE NOT simulated
ORDER BY cost_eur DESC, stage, task
