"""From a table as its office publishes it to a release file for `add`. Nothing here writes into `data/raw`."""
