"""From an article to proposed raw rows, a file for a person to edit. Nothing here writes into `data/raw`."""
