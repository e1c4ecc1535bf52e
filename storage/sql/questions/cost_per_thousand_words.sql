-- What do 1,000 source words cost, by language?
SELECT
    source_lang,
    target_lang,
    jobs,
    source_words,
    round(cost_eur, 4) AS eur,
    (1000 * cost_eur / nullif(source_words, 0))::DECIMAL(18, 4) AS eur_per_1000_words
FROM cost_by_language
WHERE NOT simulated
ORDER BY eur_per_1000_words DESC, source_lang, target_lang
