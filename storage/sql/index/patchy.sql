-- Jobs of a night of whose prose more than a share was not understood, the worst first.
SELECT
    job_id,
    source_path,
    target_lang,
    source_words,
    not_understood_words,
    count(*) OVER () AS jobs
FROM listed
WHERE ($owner IS NULL OR owner = $owner)
    AND job_id IN (SELECT job_id FROM night_jobs WHERE batch_id = $batch_id)
    AND not_understood_words > $share * (not_understood_words + source_words)
ORDER BY not_understood_words / (not_understood_words + source_words) DESC, job_id
LIMIT $count
