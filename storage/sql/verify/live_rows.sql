-- One table's rows of them.
INSERT INTO {table} BY NAME
SELECT 'live/' || row.job_id AS place, FALSE AS sealed, {columns}
FROM (SELECT job_id AS folder, seq, from_json(body, '{structure}') AS row FROM gathered WHERE kind = '{table}')
