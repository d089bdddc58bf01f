"""A submission keeps the answers that a changed form no longer shows, and knows the forms it had before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0021_kept_answers"
down_revision = "0020_uploads"
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    """The defaults stay in the table, so that SQLite need not make it anew."""
    op.add_column("stage_submission", sa.Column("earlier_forms", JSON, nullable=False, server_default="[]"))
    op.add_column("stage_submission", sa.Column("kept_answers", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    for name in ("kept_answers", "earlier_forms"):
        op.drop_column("stage_submission", name)
