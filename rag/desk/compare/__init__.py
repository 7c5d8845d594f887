"""compare: plans of places and years by topic, as a matrix of cited cells."""
