"""From printed words to values, units and periods. Knows nothing of files or tables."""
