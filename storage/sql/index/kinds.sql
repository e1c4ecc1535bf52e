-- Whether there are jobs, or nights, of models and of rehearsals.
SELECT DISTINCT coalesce(simulated, FALSE) AS simulated
FROM listed
WHERE $owner IS NULL OR owner = $owner
UNION
SELECT simulated
FROM lake.nights
WHERE $owner IS NULL
