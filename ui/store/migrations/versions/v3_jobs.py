"""Jobs: what was only in the memory of one process is known to all."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"
_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "job",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("process", sa.String(32), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("began", "beat", "ended")),
        sa.Column("phase", sa.String(40), nullable=False),
        sa.Column("part", sa.Float, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
    )
    op.execute("UPDATE schema_version SET version = 3")
