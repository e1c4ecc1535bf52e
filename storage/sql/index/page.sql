-- Jobs before one, the latest first.
SELECT * EXCLUDE (asked)
FROM listed
WHERE ($owner IS NULL OR owner = $owner)
    AND ($status IS NULL OR status = $status)
    AND ($source_lang IS NULL OR source_lang = $source_lang)
    AND ($target_lang IS NULL OR target_lang = $target_lang)
    AND ($simulated IS NULL OR simulated = $simulated)
    AND (
        $batch_id IS NULL
        OR job_id IN (SELECT job_id FROM night_jobs WHERE batch_id = $batch_id)
    )
    AND ($day IS NULL OR make_timestamp(epoch_us(created_at))::DATE = $day)
    AND ($before IS NULL OR job_id < $before)
ORDER BY job_id DESC
LIMIT $count
