-- What did each day cost, by model?
SELECT
    day,
    model,
    count(*) AS calls,
    round(sum(cost_eur), 4) AS eur
FROM calls
WHERE NOT simulated
GROUP BY day, model
ORDER BY day, model
