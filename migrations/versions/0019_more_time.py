"""More time for one applicant; how late a version came within the grace time of its call."""

import sqlalchemy as sa
from alembic import op

revision = "0019_more_time"
down_revision = "0018_offline_returns"


def upgrade() -> None:
    op.create_table('stage_extension',
    sa.Column('call_stage_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('proposal_id', sa.Uuid(), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_wall', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('granted_by_id', sa.Uuid(), nullable=False),
    sa.Column('granted_by_name', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_stage_id'], ['call_stage.id'], name=op.f('fk_stage_extension_call_stage_id_call_stage'),
                            ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'],
                            name=op.f('fk_stage_extension_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_stage_extension_proposal_id_proposal'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage_extension'))
    )
    op.create_index('ix_stage_extension_call_stage_id', 'stage_extension', ['call_stage_id', 'organisation_id'])
    op.add_column('sealed_submission', sa.Column('late_seconds', sa.Integer(), nullable=False, server_default='0'))


def downgrade() -> None:
    op.drop_column('sealed_submission', 'late_seconds')
    op.drop_index('ix_stage_extension_call_stage_id', table_name='stage_extension')
    op.drop_table('stage_extension')
