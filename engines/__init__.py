"""Who answers: the port that every engine fills, and the registry of them."""
