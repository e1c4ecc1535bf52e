"""What answers of models must hold, what is expected of them, and what a batch remembers."""
