"""What a night is compared with: the script anyone would write, one segment a request, a peer."""
