"""Who changed which answer of a proposal, and when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0016_answer_changes"
down_revision = "0015_forms_of_submissions"

json_column = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('answer_change',
    sa.Column('stage_submission_id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('person_name', sa.String(length=120), nullable=False),
    sa.Column('before', json_column, nullable=False),
    sa.Column('after', json_column, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_answer_change_person_id_person')),
    sa.ForeignKeyConstraint(['stage_submission_id'], ['stage_submission.id'],
                            name=op.f('fk_answer_change_stage_submission_id_stage_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_change'))
    )
    op.create_index('ix_answer_change_question', 'answer_change', ['stage_submission_id', 'question_id', 'at'])


def downgrade() -> None:
    op.drop_index('ix_answer_change_question', 'answer_change')
    op.drop_table('answer_change')
