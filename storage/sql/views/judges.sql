SELECT
    engine,
    model,
    source_lang,
    target_lang,
    simulated,
    count(*) AS trials,
    sum(plants)::BIGINT AS planted,
    sum(found)::BIGINT AS found,
    sum(found) / nullif(sum(plants), 0) AS found_share,
    sum(controls)::BIGINT AS right_ones,
    sum(alarms)::BIGINT AS alarms,
    sum(alarms) / nullif(sum(controls), 0) AS alarm_share,
    min(ended_at) AS first_at,
    max(ended_at) AS last_at
FROM lake.trials
GROUP BY ALL
ORDER BY ALL
