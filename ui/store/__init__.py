"""What is kept: the account, sessions, feedback, through SQLAlchemy; nothing of a question unless she says so.

`open_store` gives the database; `Accounts` and `Kept` are what the page does with it.
"""
