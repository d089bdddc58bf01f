"""Uploads that come in pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0020_uploads"
down_revision = "0019_more_time"


def upgrade() -> None:
    op.create_table('upload',
    sa.Column('stage_submission_id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('length', sa.BigInteger(), nullable=False),
    sa.Column('received', sa.BigInteger(), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("length > 0", name=op.f('ck_upload_length_positive')),
    sa.CheckConstraint("outcome IN ('attached', 'expired', 'open', 'refused', 'terminated')",
                       name=op.f('ck_upload_outcome_known')),
    sa.CheckConstraint("received >= 0 AND received <= length", name=op.f('ck_upload_received_within_length')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_upload_created_by_id_person')),
    sa.ForeignKeyConstraint(['stage_submission_id'], ['stage_submission.id'],
                            name=op.f('fk_upload_stage_submission_id_stage_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload'))
    )
    op.create_index('ix_upload_outcome', 'upload', ['outcome', 'expires_at'])
    op.create_index('ix_upload_stage_submission_id', 'upload', ['stage_submission_id'])


def downgrade() -> None:
    op.drop_index('ix_upload_stage_submission_id', 'upload')
    op.drop_index('ix_upload_outcome', 'upload')
    op.drop_table('upload')
