"""What a night costs in time, measured side by side in one run; `make bench` prints it."""
