"""From raw rows to processed rows: read strictly, cleaned without judging, passed through a gate."""
