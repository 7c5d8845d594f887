"""What is kept: the account, sessions, feedback, through SQLAlchemy; nothing of a question unless she says so.

`open_store` gives the database; `Accounts`, `Kept`, `ApprovalStore` and `JobStore` are what the page does with it.
"""
