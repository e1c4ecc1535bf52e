-- Some rows of one sealed file as units, with their translator's doubts.
WITH doubted AS (
    SELECT job_id, segment_id, list(message ORDER BY seq) AS doubts
    FROM read_parquet($notes)
    WHERE type = 'low_confidence' AND segment_id IS NOT NULL
    GROUP BY ALL
)
SELECT memory_key, answer, qa_score, findings, origin, doubts
FROM read_parquet($segments, union_by_name = true, file_row_number = true)
LEFT JOIN doubted USING (job_id, segment_id)
WHERE file_row_number IN ({rows})
