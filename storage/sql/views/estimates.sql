SELECT
    job.job_id,
    estimate.eur AS estimated_eur
FROM lake.estimates AS estimate
JOIN lake.jobs AS job USING (content_key)
