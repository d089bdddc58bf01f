"""A call has an eligibility quiz and people to ask; windows and the late policy stand in its rules and its process."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0017_quiz_and_contacts"
down_revision = "0016_answer_changes"
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    """The default stays in the table: triggers name it, so SQLite must not make it anew."""
    for name in ("quiz", "contacts"):
        op.add_column("call", sa.Column(name, JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    for name in ("contacts", "quiz"):
        op.drop_column("call", name)
