"""What engines at the other end of a network have in common."""
