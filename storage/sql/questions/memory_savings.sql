-- What did the translation memory save, at what the other words of that language cost?
WITH words AS (
    SELECT
        job.source_lang,
        job.target_lang,
        sum(segment.words) FILTER (WHERE segment.origin IN ('translation_memory', 'reviewed_translation'))::BIGINT
            AS words_from_memory,
        sum(segment.words) FILTER (WHERE segment.origin NOT IN ('translation_memory', 'reviewed_translation'))::BIGINT
            AS words_translated
    FROM segments AS segment
    JOIN jobs AS job USING (job_id)
    WHERE NOT job.simulated
    GROUP BY job.source_lang, job.target_lang
)
SELECT
    source_lang,
    target_lang,
    coalesce(words_from_memory, 0) AS words_from_memory,
    coalesce(words_translated, 0) AS words_translated,
    (coalesce(words_from_memory, 0) * cost_eur / nullif(words_translated, 0))::DECIMAL(18, 4)
        AS eur_saved
FROM words
JOIN cost_by_language USING (source_lang, target_lang)
WHERE NOT simulated
ORDER BY eur_saved DESC, source_lang, target_lang
