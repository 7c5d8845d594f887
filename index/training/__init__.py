"""training: makes the shipped encoder; the only part of the project that needs torch."""
