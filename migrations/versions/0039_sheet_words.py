"""No word on a score sheet is lost: which page changed which field, texts that wait beside, and what was taken in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0039_sheet_words"
down_revision = "0038_summaries"

COLUMNS = {"field_versions": "{}", "rival_texts": "[]", "patch_receipts": "{}"}


def upgrade() -> None:
    for name, empty in COLUMNS.items():
        kind = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
        op.add_column("review", sa.Column(name, kind, server_default=empty, nullable=False))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("review", name)
