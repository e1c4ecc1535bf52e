-- Sealed jobs and their segments, in the order of submission.
SELECT job_id, coalesce(segment_count, 0) AS segments
FROM read_parquet($files, union_by_name = true)
ORDER BY job_id
