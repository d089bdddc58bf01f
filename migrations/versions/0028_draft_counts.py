"""Counts of drafts by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0028_draft_counts"
down_revision = "0027_call_drafts"


def upgrade() -> None:
    op.create_table('draft_count',
    sa.Column('call_stage_id', sa.Uuid(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('bands', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('submitted', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_stage_id'], ['call_stage.id'], name=op.f('fk_draft_count_call_stage_id_call_stage'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_count')),
    sa.UniqueConstraint('call_stage_id', 'counted_on', name='uq_draft_count_day')
    )


def downgrade() -> None:
    op.drop_table('draft_count')
