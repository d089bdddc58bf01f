"""The library of standard questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0023_standard_questions"
down_revision = "0022_collaborators"

json_column = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade() -> None:
    op.create_table(
        "standard_question",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("document", json_column, nullable=False),
        sa.Column("created_by_name", sa.String(length=120), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_standard_question_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_question")),
        sa.UniqueConstraint("code", name=op.f("uq_standard_question_code")),
    )


def downgrade() -> None:
    op.drop_table("standard_question")
