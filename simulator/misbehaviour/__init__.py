"""What goes wrong on purpose: faults at given rates, outages, connections that break."""
