-- Jobs without their segments that sealed files hold, by file.
CREATE TABLE sealed AS SELECT *, NULL::VARCHAR AS file FROM {rows} LIMIT 0
