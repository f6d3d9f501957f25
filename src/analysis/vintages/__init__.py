"""Which release said what, and when: vintages, series, growth and output per hectare."""
