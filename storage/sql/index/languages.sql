-- The language pairs of the jobs of one owner, or of all.
SELECT DISTINCT source_lang, target_lang
FROM listed
WHERE $owner IS NULL OR owner = $owner
ORDER BY source_lang, target_lang
