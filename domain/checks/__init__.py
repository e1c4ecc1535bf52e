"""What is wrong with a translation: what code finds, and the score that errors come to."""
