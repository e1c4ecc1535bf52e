-- The keys of one sealed file's segments that some engines translated and QA passed. What the
-- simulator answered counts only in rehearsals.
SELECT memory_key AS key, file_row_number AS row
FROM read_parquet($segments, union_by_name = true, file_row_number = true)
WHERE
    status IN ('qa_passed', 'done')
    AND qa_score >= $target_score
    AND origin IN $engines
    AND memory_key IS NOT NULL
    AND answer IS NOT NULL
    AND ($simulated OR job_id NOT IN (SELECT job_id FROM read_parquet($jobs) WHERE simulated))
