-- How much was looked at.
SELECT
    (SELECT count(*) FROM jobs) AS jobs,
    (SELECT count(*) FROM segments) AS segments,
    (SELECT count(*) FROM calls) AS calls
