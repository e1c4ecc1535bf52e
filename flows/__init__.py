"""What runs when: a night's steps in order, its groups of jobs, and what goes on when one fails."""
