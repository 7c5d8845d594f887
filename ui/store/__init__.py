"""What is kept: accounts, sessions, feedback, through SQLAlchemy; nothing of a question unless she says so."""
