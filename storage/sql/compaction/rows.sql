-- One table's rows of a range of jobs.
FROM read_parquet($files, union_by_name = true)
WHERE job_id BETWEEN $first AND $last
