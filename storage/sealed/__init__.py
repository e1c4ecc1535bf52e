"""Jobs that ended: sealed, compacted, swept; and lakes of older formats carried over."""
