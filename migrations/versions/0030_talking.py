"""Comments on questions, who has a stage open, handing over the lead of a proposal, and by which form a change is read."""

import sqlalchemy as sa
from alembic import op

revision = "0030_talking"
down_revision = "0029_scanned_files"


def upgrade() -> None:
    with op.batch_alter_table('answer_change') as batch_op:
        batch_op.add_column(sa.Column('form_sha256', sa.String(length=64), nullable=True))
    op.execute("UPDATE answer_change SET form_sha256 = (SELECT form_version.sha256 FROM form_version JOIN stage_submission "
               "ON stage_submission.form_version_id = form_version.id "
               "WHERE stage_submission.id = answer_change.stage_submission_id)")
    with op.batch_alter_table('answer_change') as batch_op:
        batch_op.alter_column('form_sha256', nullable=False)
    op.create_table('question_thread',
    sa.Column('stage_submission_id', sa.Uuid(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by_name', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['stage_submission_id'], ['stage_submission.id'],
                            name=op.f('fk_question_thread_stage_submission_id_stage_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_thread')),
    sa.UniqueConstraint('stage_submission_id', 'question_id', name='uq_question_thread_once')
    )
    op.create_table('question_comment',
    sa.Column('thread_id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('author_name', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_question_comment_author_id_person')),
    sa.ForeignKeyConstraint(['thread_id'], ['question_thread.id'], name=op.f('fk_question_comment_thread_id_question_thread'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_comment'))
    )
    op.create_index('ix_question_comment_thread_id', 'question_comment', ['thread_id'])
    op.create_index('ix_question_comment_told', 'question_comment', ['told_at'])
    op.create_table('presence',
    sa.Column('stage_submission_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('person_name', sa.String(length=120), nullable=False),
    sa.Column('section_id', sa.String(length=80), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_presence_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['stage_submission_id'], ['stage_submission.id'],
                            name=op.f('fk_presence_stage_submission_id_stage_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence')),
    sa.UniqueConstraint('stage_submission_id', 'person_id', name='uq_presence_once')
    )
    op.create_index('ix_presence_seen_at', 'presence', ['seen_at'])
    op.create_table('proposal_transfer',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('to_person_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by_name', sa.String(length=120), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('accepted', 'declined', 'open', 'withdrawn')",
                       name=op.f('ck_proposal_transfer_outcome_known')),
    sa.CheckConstraint("outcome = 'open' OR settled_at IS NOT NULL", name=op.f('ck_proposal_transfer_settled_at_known')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_proposal_transfer_asked_by_id_person')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_transfer_proposal_id_proposal'),
                            ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_person_id'], ['person.id'], name=op.f('fk_proposal_transfer_to_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_transfer'))
    )
    op.create_index('ix_proposal_transfer_proposal_id', 'proposal_transfer', ['proposal_id'])


def downgrade() -> None:
    op.drop_table('proposal_transfer')
    op.drop_table('presence')
    op.drop_table('question_comment')
    op.drop_table('question_thread')
    with op.batch_alter_table('answer_change') as batch_op:
        batch_op.drop_column('form_sha256')
