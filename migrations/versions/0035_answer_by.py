"""A stage may say until when its applicants hear."""

import sqlalchemy as sa
from alembic import op

import app.core.types

revision = "0035_answer_by"
down_revision = "0034_sign_off_of_newer"


def upgrade() -> None:
    """The default stays in the table, so that SQLite need not make it anew."""
    op.add_column("call_stage", sa.Column("answer_by", app.core.types.UTCDateTime(), nullable=True))
    op.add_column("call_stage", sa.Column("answer_by_wall", sa.String(length=20), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("call_stage", "answer_by_wall")
    op.drop_column("call_stage", "answer_by")
