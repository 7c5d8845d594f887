"""Approved answers. The first program's own mark of its version goes up too, so that it refuses what it does not know."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"
_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make their table."""
    texts = ("why", "question", "regions")
    op.create_table(
        "approval",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False, index=True),
        sa.Column("follows", sa.BigInteger, nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        *(sa.Column(name, sa.String(20), nullable=False) for name in ("request", "status", "verdict")),
        sa.Column("edited", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("conclusion", "cited")),
        sa.UniqueConstraint("key", "follows"),
    )
    op.execute("UPDATE schema_version SET version = 2")
