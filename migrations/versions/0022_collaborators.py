"""People who work on one proposal beside the members of its organisation, invitations to do so, and who leads it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0022_collaborators"
down_revision = "0021_kept_answers"

json_column = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
ROLES = "role IN ('contributor', 'editor', 'signatory', 'viewer')"


def upgrade() -> None:
    op.create_table('proposal_collaborator',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('sections', json_column, nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(ROLES, name=op.f('ck_proposal_collaborator_role_known')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_proposal_collaborator_person_id_person'),
                            ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_collaborator_proposal_id_proposal'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_collaborator')),
    sa.UniqueConstraint('proposal_id', 'person_id', name='uq_proposal_collaborator_once')
    )
    op.create_index('ix_proposal_collaborator_person_id', 'proposal_collaborator', ['person_id'])
    op.create_table('proposal_invitation',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('email_key', sa.String(length=254), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('sections', json_column, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('invited_by_id', sa.Uuid(), nullable=False),
    sa.Column('invited_by_name', sa.String(length=120), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(ROLES, name=op.f('ck_proposal_invitation_role_known')),
    sa.CheckConstraint('accepted_at IS NULL OR withdrawn_at IS NULL', name=op.f('ck_proposal_invitation_settled_once')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['person.id'], name=op.f('fk_proposal_invitation_invited_by_id_person')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_invitation_proposal_id_proposal'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_proposal_invitation_token_hash'))
    )
    op.create_index('ix_proposal_invitation_proposal_id', 'proposal_invitation', ['proposal_id'])
    op.create_index('ix_proposal_invitation_email_key', 'proposal_invitation', ['email_key'])
    with op.batch_alter_table('proposal') as batch_op:
        batch_op.add_column(sa.Column('lead_id', sa.Uuid(), nullable=True))
    op.execute("UPDATE proposal SET lead_id = created_by_id")
    with op.batch_alter_table('proposal') as batch_op:
        batch_op.alter_column('lead_id', nullable=False)
        batch_op.create_foreign_key(op.f('fk_proposal_lead_id_person'), 'person', ['lead_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('proposal') as batch_op:
        batch_op.drop_constraint(op.f('fk_proposal_lead_id_person'), type_='foreignkey')
        batch_op.drop_column('lead_id')
    op.drop_table('proposal_invitation')
    op.drop_table('proposal_collaborator')
