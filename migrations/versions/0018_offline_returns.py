"""Offline packs that came back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0018_offline_returns"
down_revision = "0017_quiz_and_contacts"


def upgrade() -> None:
    op.create_table('offline_return',
    sa.Column('stage_submission_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('person_name', sa.String(length=120), nullable=False),
    sa.Column('pack', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_offline_return_person_id_person')),
    sa.ForeignKeyConstraint(['stage_submission_id'], ['stage_submission.id'],
                            name=op.f('fk_offline_return_stage_submission_id_stage_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offline_return'))
    )
    op.create_index('ix_offline_return_stage_submission_id', 'offline_return', ['stage_submission_id'])


def downgrade() -> None:
    op.drop_table('offline_return')
