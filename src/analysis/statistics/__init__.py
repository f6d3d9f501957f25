"""What textbooks make of a series: growth, its parts, and whether two series move together."""
