"""clauses: a contract or handbook held against the law, clause by clause."""
