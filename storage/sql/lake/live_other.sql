-- A table whose live rows need nothing more.
SELECT *
FROM lake.live_{table}_rows
