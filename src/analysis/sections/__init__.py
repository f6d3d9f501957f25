"""One module for each heading that a notebook can have."""
