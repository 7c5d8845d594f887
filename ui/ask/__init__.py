"""The page 问一问: one box, an answer, its sources."""
