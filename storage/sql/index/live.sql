-- The same of those that no sealed file holds.
CREATE TABLE live AS SELECT * EXCLUDE (file) FROM sealed
