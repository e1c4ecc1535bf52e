-- How many jobs stand how.
SELECT status, count(*) AS jobs
FROM listed
GROUP BY status
