-- Jobs, each with what was asked for it in each night.
SELECT job.*, share.asked
FROM ({jobs}) AS job
LEFT JOIN (
    SELECT job_id, list(one) AS asked
    FROM ({asked}) AS one
    GROUP BY job_id
) AS share USING (job_id)
