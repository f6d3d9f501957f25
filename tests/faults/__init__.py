"""Faults put into a run, each in a copy of the project: `make faults` tries all, and writes docs/faults.md."""
