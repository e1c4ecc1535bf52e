-- What jobs were estimated to cost, by the content keys of jobs.
SELECT
    entry.key AS content_key,
    entry.value::DECIMAL(38, 18) AS eur
FROM (
    SELECT unnest(map_entries(from_json(content, '"MAP(VARCHAR, VARCHAR)"'))) AS entry
    FROM read_text({files})
)
