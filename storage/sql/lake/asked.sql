-- What was asked for each job in each night. Calls from before they named their night count for the
-- night that took their job up last, where that one is from before too; else for none.
SELECT asked.* REPLACE (
    coalesce(
        asked.batch_id,
        CASE WHEN job.batch_id NOT IN (SELECT batch_id FROM lake.nights) THEN job.batch_id END
    ) AS batch_id
)
FROM lake.asked_of_jobs AS asked
LEFT JOIN lake.jobs AS job USING (job_id)
