"""Each submission keeps the form its answers are given to; a stage may have a working copy of its form."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0015_forms_of_submissions"
down_revision = "0014_receipts"


def upgrade() -> None:
    op.create_table('form_draft',
    sa.Column('call_stage_id', sa.Uuid(), nullable=False),
    sa.Column('based_on_id', sa.Uuid(), nullable=False),
    sa.Column('document', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('edited_by_name', sa.String(length=120), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['based_on_id'], ['form_version.id'], name=op.f('fk_form_draft_based_on_id_form_version')),
    sa.ForeignKeyConstraint(['call_stage_id'], ['call_stage.id'], name=op.f('fk_form_draft_call_stage_id_call_stage'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_form_draft')),
    sa.UniqueConstraint('call_stage_id', name=op.f('uq_form_draft_call_stage_id'))
    )
    with op.batch_alter_table('stage_submission') as batch_op:
        batch_op.add_column(sa.Column('form_version_id', sa.Uuid(), nullable=True))
    op.execute("UPDATE stage_submission SET form_version_id = (SELECT call_stage.form_version_id FROM call_stage "
               "WHERE call_stage.id = stage_submission.call_stage_id)")
    with op.batch_alter_table('stage_submission') as batch_op:
        batch_op.alter_column('form_version_id', nullable=False)
        batch_op.create_foreign_key(op.f('fk_stage_submission_form_version_id_form_version'), 'form_version',
                                    ['form_version_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('stage_submission') as batch_op:
        batch_op.drop_constraint(op.f('fk_stage_submission_form_version_id_form_version'), type_='foreignkey')
        batch_op.drop_column('form_version_id')
    op.drop_table('form_draft')
