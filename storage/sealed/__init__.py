"""Jobs that ended: sealed into Parquet, compacted, leftovers removed; older lakes upgraded."""
