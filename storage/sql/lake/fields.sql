-- The fields that rows of live jobs have, by table.
SELECT DISTINCT kind, unnest(json_keys(body)) AS field
FROM lake.gathered
ORDER BY kind, field
