"""How anything is shown: numbers, sentences, tables, charts and citations."""
