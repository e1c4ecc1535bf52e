-- The rows of live jobs, read before.
SELECT *
FROM lake.gathered
