-- How did each night leave the jobs it worked on?
SELECT
    night_job.batch_id AS night,
    night_job.status,
    count(*) AS jobs,
    sum(job.source_words)::BIGINT AS words,
    avg(job.qa_score)::DECIMAL(4, 1) AS mean_score
FROM night_jobs AS night_job
JOIN jobs AS job USING (job_id)
WHERE night_job.batch_id IS NOT NULL AND NOT night_job.simulated
GROUP BY night_job.batch_id, night_job.status
ORDER BY night, night_job.status
