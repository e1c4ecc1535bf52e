"""The stages of a job, one module each, and what carries work in and out."""
