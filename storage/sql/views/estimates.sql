SELECT
    job.job_id,
    job.simulated,
    estimate.eur AS estimated_eur
FROM lake.estimates AS estimate
JOIN lake.jobs AS job
    ON estimate.content_key
        = CASE WHEN job.simulated THEN 'rehearsal ' || job.content_key ELSE job.content_key END
