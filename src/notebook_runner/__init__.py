"""Runs parameterised notebooks, whole or not at all, each once, with the same bytes; knows nothing of their subject."""
