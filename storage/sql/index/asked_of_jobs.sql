-- What was asked for each job in each night, by the night that its calls name.
CREATE VIEW lake.asked_of_jobs AS
SELECT unnest(asked, max_depth := 2)
FROM listed
