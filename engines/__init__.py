"""Who answers: the engines, and what paces and classifies their requests."""
