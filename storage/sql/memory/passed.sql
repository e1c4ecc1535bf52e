-- The segments of one language pair that an engine translated and QA passed, of those with one key
-- the newest. What the simulator answered is left out.
SELECT source, answer, format, briefing, qa_score, origin, coalesce(finished_at, created_at) AS changed_at
FROM lake.segments AS segments
JOIN (
    SELECT job_id, format, briefing, finished_at, created_at
    FROM lake.jobs
    WHERE source_lang = $source_lang AND target_lang = $target_lang AND NOT simulated
) USING (job_id)
WHERE
    segments.status IN ('qa_passed', 'done')
    AND segments.qa_score >= $target_score
    AND segments.origin NOT IN ('translation_memory', 'reviewed_translation')
    AND segments.answer IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY coalesce(segments.memory_key, segments.source)
    ORDER BY job_id DESC, segments.segment_id DESC
) = 1
ORDER BY job_id, segments.segment_id
