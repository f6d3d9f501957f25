"""From tables to what a reader sees: numbers, sentences, tables, charts, and the runner of reports."""

RUNGS = ("whole", "inputs", "executes", "numbers", "sentences", "bytes")  # of `verify`, from the lowest
