-- What do batches save against messages? They are half the price, so they save what they cost.
SELECT
    transport,
    count(*) AS calls,
    round(sum(cost_eur), 4) AS eur,
    round(sum(cost_eur) / count(*)::DECIMAL(18, 0), 6)::DECIMAL(18, 6) AS eur_per_call,
    CASE WHEN transport = 'batches' THEN round(sum(cost_eur), 4) END AS eur_saved
FROM calls
WHERE NOT simulated
GROUP BY transport
ORDER BY transport
