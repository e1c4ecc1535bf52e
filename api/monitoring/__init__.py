"""What is seen of the server: log lines, and figures in Prometheus' format."""
