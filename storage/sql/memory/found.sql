-- Where the newest row of each of many keys is.
SELECT max(place) AS place
FROM known
SEMI JOIN (SELECT hash(unnest($keys)) AS key) USING (key)
GROUP BY key
ORDER BY place
