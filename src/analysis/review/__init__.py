"""What reviewers ask: where a number comes from, why it moved, and whether it comes out again."""

RUNGS = ("inputs", "content", "bytes")  # of `verify`, from the lowest
