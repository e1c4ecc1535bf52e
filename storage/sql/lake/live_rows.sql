-- One table's rows of live jobs, typed.
SELECT unnest(from_json(body, '{structure}')), seq
FROM lake.live
WHERE kind = '{table}'
