"""quiz: questions with one right answer each, made of provisions, rules and misconceptions."""
