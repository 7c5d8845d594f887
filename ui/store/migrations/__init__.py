"""How a database of an earlier program becomes one of this: Alembic's steps, run by `open_store` where they are needed.

A step is a file in versions/; it is written by hand, never changed once it was in a release, and names its tables itself.
"""
