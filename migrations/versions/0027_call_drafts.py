"""A call that is being written: its document with gaps, until it is whole and a draft call."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0027_call_drafts"
down_revision = "0026_documents"
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "call_draft",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("document", JSON, nullable=False),
        sa.Column("stage_ids", JSON, nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by_name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_draft_call_id_call", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_call_draft_programme_id_programme"),
        sa.PrimaryKeyConstraint("id", name="pk_call_draft"),
        sa.UniqueConstraint("call_id", name="uq_call_draft_call_id"),
    )
    op.create_index("ix_call_draft_programme_id", "call_draft", ["programme_id"])


def downgrade() -> None:
    op.drop_table("call_draft")
