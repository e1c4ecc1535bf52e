-- One table, sealed and live.
SELECT * FROM lake.sealed_{table}
UNION ALL BY NAME
SELECT * FROM lake.live_{table}
