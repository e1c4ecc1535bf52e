-- Which errors does the assessment still find?
WITH found AS (
    SELECT unnest(from_json(findings, '[{"severity": "VARCHAR", "category": "VARCHAR"}]')) AS error
    FROM segments
    WHERE findings IS NOT NULL AND NOT simulated
)
SELECT
    error.category AS category,
    error.severity AS severity,
    count(*) AS errors
FROM found
GROUP BY category, severity
ORDER BY errors DESC, category, severity
LIMIT 20
