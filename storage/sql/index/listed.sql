-- All of them, each once.
CREATE VIEW listed AS
SELECT * EXCLUDE (file) FROM sealed WHERE job_id NOT IN (SELECT job_id FROM live)
UNION ALL BY NAME FROM live
