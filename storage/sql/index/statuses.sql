-- How many jobs stand how.
SELECT status, coalesce(simulated, FALSE) AS simulated, count(*) AS jobs
FROM listed
GROUP BY ALL
