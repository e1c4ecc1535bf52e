"""What all commands share: options, what is printed, how they end."""
