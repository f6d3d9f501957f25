"""From tables to what a reader sees: numbers, sentences, tables, charts, and the runner of reports."""

RUNGS = ("inputs", "content", "bytes")  # of `verify`, from the lowest
