-- How long do answers take, by model and task?
SELECT
    model,
    task,
    count(*) AS calls,
    quantile_disc(latency_ms, 0.5) AS p50_ms,
    quantile_disc(latency_ms, 0.99) AS p99_ms
FROM calls
WHERE transport = 'messages' AND NOT simulated
GROUP BY model, task
ORDER BY p50_ms DESC, model, task
