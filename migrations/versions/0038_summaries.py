"""What rapporteurs write for the committee."""

import sqlalchemy as sa
from alembic import op

revision = "0038_summaries"
down_revision = "0037_managing"


def upgrade() -> None:
    op.add_column("discussion_message", sa.Column("summary", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("discussion_message", "summary")
