-- Where rows are: a hash of their key, and their file's number above their own.
CREATE TABLE known (key UBIGINT, place BIGINT)
