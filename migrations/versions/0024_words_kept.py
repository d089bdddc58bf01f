"""What open pages have sent, the version of each field, and texts that wait for a decision."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0024_words_kept"
down_revision = "0023_standard_questions"

json_column = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade() -> None:
    with op.batch_alter_table('stage_submission') as batch:
        batch.add_column(sa.Column('field_versions', json_column, nullable=False, server_default='{}'))
    with op.batch_alter_table('stage_submission') as batch:
        batch.alter_column('field_versions', server_default=None)
    op.create_table('patch_receipt',
    sa.Column('stage_submission_id', sa.Uuid(), nullable=False),
    sa.Column('client', sa.String(length=40), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['stage_submission_id'], ['stage_submission.id'],
                            name=op.f('fk_patch_receipt_stage_submission_id_stage_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patch_receipt')),
    sa.UniqueConstraint('stage_submission_id', 'client', name='uq_patch_receipt_once')
    )
    op.create_index('ix_patch_receipt_at', 'patch_receipt', ['at'])
    op.create_table('rival_text',
    sa.Column('stage_submission_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('section_id', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('typed', json_column, nullable=False),
    sa.Column('standing', json_column, nullable=True),
    sa.Column('client', sa.String(length=40), nullable=False),
    sa.Column('based_on', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('person_name', sa.String(length=120), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Uuid(), nullable=True),
    sa.Column('settled_by_name', sa.String(length=120), nullable=False),
    sa.Column('chosen', sa.String(length=10), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('gone', 'late', 'rival')", name=op.f('ck_rival_text_kind_known')),
    sa.CheckConstraint("settled_at IS NULL OR chosen <> ''", name=op.f('ck_rival_text_settled_by_a_choice')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rival_text_person_id_person')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_rival_text_settled_by_id_person')),
    sa.ForeignKeyConstraint(['stage_submission_id'], ['stage_submission.id'],
                            name=op.f('fk_rival_text_stage_submission_id_stage_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rival_text'))
    )
    op.create_index('ix_rival_text_stage_submission_id', 'rival_text', ['stage_submission_id', 'settled_at'])


def downgrade() -> None:
    op.drop_index('ix_rival_text_stage_submission_id', 'rival_text')
    op.drop_table('rival_text')
    op.drop_index('ix_patch_receipt_at', 'patch_receipt')
    op.drop_table('patch_receipt')
    with op.batch_alter_table('stage_submission') as batch:
        batch.drop_column('field_versions')
