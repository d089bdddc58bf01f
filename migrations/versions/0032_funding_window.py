"""A proposal carries the funding window that its answers named when it was submitted."""

import sqlalchemy as sa
from alembic import op

revision = "0032_funding_window"
down_revision = "0031_questions_and_news"


def upgrade() -> None:
    """The default stays in the table, so that SQLite need not make it anew."""
    op.add_column("proposal", sa.Column("funding_window", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("proposal", "funding_window")
