"""The page 管理, signed in: documents added, the catalogue edited, the index rebuilt and published, what was asked in vain."""
