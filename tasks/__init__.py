"""What a step does to a job, a module a stage, and what carries work in and out."""
