-- Nights as last written.
CREATE VIEW lake.nights AS
SELECT * EXCLUDE (row)
FROM night_rows
QUALIFY row_number() OVER (PARTITION BY batch_id ORDER BY row DESC) = 1
