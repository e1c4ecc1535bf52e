-- Jobs without their segments: those in sealed files, by file, and the others.
CREATE TABLE sealed AS SELECT *, NULL::VARCHAR AS file FROM ({jobs}) LIMIT 0;
CREATE TABLE live AS SELECT * EXCLUDE (file) FROM sealed;
CREATE VIEW listed AS
SELECT * EXCLUDE (file) FROM sealed WHERE job_id NOT IN (SELECT job_id FROM live)
UNION ALL BY NAME FROM live
