-- Documents that no job refers to.
SELECT
    'unreferenced document' AS kind,
    'documents/' || left(name, 2) || '/' || name AS place,
    NULL AS job_id,
    'no job refers to it' AS what
FROM old_documents
WHERE
    name NOT IN (SELECT document FROM jobs WHERE document IS NOT NULL)
    AND name NOT IN (SELECT briefing FROM jobs WHERE briefing IS NOT NULL)
    AND name NOT IN (SELECT output FROM jobs WHERE output IS NOT NULL)
ORDER BY name
