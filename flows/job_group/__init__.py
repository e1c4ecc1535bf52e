"""A group of jobs: taken in hand, led through the stages, let go."""
