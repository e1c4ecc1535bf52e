-- What did each day cost, by model?
SELECT
    day,
    model,
    count(*) AS calls,
    round(sum(cost_eur), 4) AS eur
FROM calls
GROUP BY day, model
ORDER BY day, model
