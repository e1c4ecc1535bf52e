-- The segments of live jobs that some engines translated and QA passed, as units, oldest first. What
-- rehearsals did counts only in rehearsals.
WITH newest AS (
    SELECT job_id, kind, max(seq) AS seq, arg_max(body, seq) AS body
    FROM read_parquet($files)
    WHERE kind IN ('jobs', 'segments', 'calls', 'notes')
    GROUP BY job_id, kind, key
),

simulated AS (
    SELECT DISTINCT job_id
    FROM newest
    WHERE kind IN ('jobs', 'calls') AND (body ->> 'simulated') = 'true'
),

doubted AS (
    SELECT job_id, body ->> 'segment_id' AS segment_id, list(body ->> 'message' ORDER BY seq) AS doubts
    FROM newest
    WHERE
        kind = 'notes'
        AND (body ->> 'type') = 'low_confidence'
        AND (body ->> 'retracted') = 'false'
    GROUP BY ALL
),

segments AS (
    SELECT
        job_id,
        body ->> 'segment_id' AS segment_id,
        body ->> 'status' AS status,
        body ->> 'memory_key' AS memory_key,
        body ->> 'answer' AS answer,
        (body ->> 'qa_score')::DOUBLE AS qa_score,
        body ->> 'findings' AS findings,
        body ->> 'origin' AS origin
    FROM newest
    WHERE kind = 'segments'
)

SELECT memory_key, answer, qa_score, findings, origin, doubts
FROM segments
LEFT JOIN doubted USING (job_id, segment_id)
WHERE
    status IN ('qa_passed', 'done')
    AND qa_score >= $target_score
    AND origin IN $engines
    AND memory_key IS NOT NULL
    AND answer IS NOT NULL
    AND ($simulated OR job_id NOT IN (SELECT job_id FROM simulated))
ORDER BY job_id
