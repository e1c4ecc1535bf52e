-- Notes of live jobs that were not taken back.
SELECT *
FROM lake.live_notes_rows
WHERE NOT retracted
