"""Reviewers and their answers, conflicts that records suggest, rounds, discussion, unblinding, plans and statistics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text  # noqa: F401
from sqlalchemy.dialects import postgresql  # noqa: F401

revision = '0036_reviewing'
down_revision = '0035_answer_by'


def upgrade() -> None:
    op.create_table('confidentiality_agreement',
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('text_sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_confidentiality_agreement_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_confidentiality_agreement_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confidentiality_agreement')),
    sa.UniqueConstraint('programme_id', 'person_id', 'text_sha256', name='uq_confidentiality_agreement_once')
    )
    with op.batch_alter_table('confidentiality_agreement', schema=None) as batch_op:
        batch_op.create_index('ix_confidentiality_agreement_person_id', ['person_id'], unique=False)

    op.create_table('reviewer_profile',
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('employer', sa.String(length=200), nullable=False),
    sa.Column('pillar', sa.String(length=20), nullable=False),
    sa.Column('minerals', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('countries', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('topics', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('languages', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('methods', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('away_from', sa.Date(), nullable=True),
    sa.Column('away_until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("pillar IN ('', 'civil_society', 'government', 'supply_chain')", name=op.f('ck_reviewer_profile_pillar_known')),
    sa.CheckConstraint('away_from IS NULL OR away_until IS NULL OR away_from <= away_until', name=op.f('ck_reviewer_profile_away_in_order')),
    sa.CheckConstraint('capacity BETWEEN 0 AND 200', name=op.f('ck_reviewer_profile_capacity_in_range')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reviewer_profile_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reviewer_profile_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_reviewer_profile_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviewer_profile')),
    sa.UniqueConstraint('programme_id', 'person_id', name='uq_reviewer_profile_once')
    )
    with op.batch_alter_table('reviewer_profile', schema=None) as batch_op:
        batch_op.create_index('ix_reviewer_profile_person_id', ['person_id'], unique=False)

    op.create_table('assignment_plan',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('basis', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('made_by_name', sa.String(length=120), nullable=False),
    sa.Column('seed', sa.BigInteger(), nullable=False),
    sa.Column('settings', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('input_sha256', sa.String(length=64), nullable=False),
    sa.Column('result', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('failure', sa.Text(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('applied_by_id', sa.Uuid(), nullable=True),
    sa.Column('discarded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("basis IN ('csv', 'optimal')", name=op.f('ck_assignment_plan_basis_known')),
    sa.CheckConstraint('applied_at IS NULL OR applied_by_id IS NOT NULL', name=op.f('ck_assignment_plan_applied_by_somebody')),
    sa.CheckConstraint('applied_at IS NULL OR computed_at IS NOT NULL', name=op.f('ck_assignment_plan_applied_when_computed')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_assignment_plan_call_id_call'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment_plan'))
    )
    with op.batch_alter_table('assignment_plan', schema=None) as batch_op:
        batch_op.create_index('ix_assignment_plan_call_id', ['call_id'], unique=False)

    op.create_table('call_reviewer',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('available', sa.Boolean(), nullable=False),
    sa.Column('standby', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('capacity BETWEEN 0 AND 200', name=op.f('ck_call_reviewer_capacity_in_range')),
    sa.CheckConstraint('minimum BETWEEN 0 AND 200', name=op.f('ck_call_reviewer_minimum_in_range')),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_call_reviewer_call_id_call'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_call_reviewer_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_reviewer')),
    sa.UniqueConstraint('call_id', 'person_id', name='uq_call_reviewer_once')
    )
    with op.batch_alter_table('call_reviewer', schema=None) as batch_op:
        batch_op.create_index('ix_call_reviewer_person_id', ['person_id'], unique=False)

    op.create_table('numbers_result',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('document', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_numbers_result_call_id_call'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_numbers_result')),
    sa.UniqueConstraint('call_id', 'fingerprint', name='uq_numbers_result_once')
    )
    op.create_table('training_case',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('text', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('expected', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('tolerance', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['call.id'], name=op.f('fk_training_case_call_id_call'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_case'))
    )
    with op.batch_alter_table('training_case', schema=None) as batch_op:
        batch_op.create_index('ix_training_case_call_id', ['call_id'], unique=False)

    op.create_table('divergence_resolution',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('how', sa.String(length=15), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=False),
    sa.Column('decided_by_name', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("how IN ('accepted', 'consensus', 'third_review')", name=op.f('ck_divergence_resolution_how_known')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_divergence_resolution_proposal_id_proposal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_divergence_resolution'))
    )
    with op.batch_alter_table('divergence_resolution', schema=None) as batch_op:
        batch_op.create_index('ix_divergence_resolution_proposal_id', ['proposal_id'], unique=False)

    op.create_table('proposal_party',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('name_key', sa.String(length=300), nullable=False),
    sa.Column('base_key', sa.String(length=300), nullable=False),
    sa.Column('domain', sa.String(length=200), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('applicant', 'partner')", name=op.f('ck_proposal_party_kind_known')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_party_proposal_id_proposal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_party')),
    sa.UniqueConstraint('proposal_id', 'kind', 'name_key', name='uq_proposal_party_once')
    )
    with op.batch_alter_table('proposal_party', schema=None) as batch_op:
        batch_op.create_index('ix_proposal_party_base_key', ['base_key'], unique=False)
        batch_op.create_index('ix_proposal_party_domain', ['domain'], unique=False)
        batch_op.create_index('ix_proposal_party_name_key', ['name_key'], unique=False)

    op.create_table('funder_partner',
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('name_key', sa.String(length=300), nullable=False),
    sa.Column('base_key', sa.String(length=300), nullable=False),
    sa.Column('domain', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_funder_partner_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funder_partner')),
    sa.UniqueConstraint('programme_id', 'name_key', name='uq_funder_partner_once')
    )
    op.create_table('review_bid',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('value', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("value IN ('eager', 'neutral', 'no', 'reluctant', 'willing')", name=op.f('ck_review_bid_value_known')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_review_bid_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_review_bid_proposal_id_proposal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_bid')),
    sa.UniqueConstraint('proposal_id', 'person_id', name='uq_review_bid_once')
    )
    with op.batch_alter_table('review_bid', schema=None) as batch_op:
        batch_op.create_index('ix_review_bid_person_id', ['person_id'], unique=False)

    op.create_table('review_round',
    sa.Column('call_stage_id', sa.Uuid(), nullable=False),
    sa.Column('scoring_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reading_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('discussing_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('closed', 'discussing', 'reading', 'recruiting', 'scoring')", name=op.f('ck_review_round_state_known')),
    sa.CheckConstraint('discussing_at IS NULL OR closes_at IS NULL OR discussing_at < closes_at', name=op.f('ck_review_round_close_after_discussion')),
    sa.CheckConstraint('reading_at IS NULL OR discussing_at IS NULL OR reading_at < discussing_at', name=op.f('ck_review_round_discuss_after_reading')),
    sa.CheckConstraint('scoring_at IS NULL OR reading_at IS NULL OR scoring_at < reading_at', name=op.f('ck_review_round_read_after_scores')),
    sa.ForeignKeyConstraint(['call_stage_id'], ['call_stage.id'], name=op.f('fk_review_round_call_stage_id_call_stage'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_round')),
    sa.UniqueConstraint('call_stage_id', name=op.f('uq_review_round_call_stage_id'))
    )
    op.create_table('suggested_conflict',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('basis', sa.String(length=20), nullable=False),
    sa.Column('evidence', sa.String(length=300), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dismissed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dismissed_by_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("basis IN ('country_office', 'email_domain', 'funder_partner', 'organisation', 'partner', 'past_collaboration')", name=op.f('ck_suggested_conflict_basis_known')),
    sa.CheckConstraint("dismissed_at IS NULL OR (dismissed_by_id IS NOT NULL AND reason <> '')", name=op.f('ck_suggested_conflict_dismissed_with_reason')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_suggested_conflict_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_suggested_conflict_proposal_id_proposal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggested_conflict')),
    sa.UniqueConstraint('person_id', 'proposal_id', 'basis', name='uq_suggested_conflict_once')
    )
    with op.batch_alter_table('suggested_conflict', schema=None) as batch_op:
        batch_op.create_index('ix_suggested_conflict_proposal_id', ['proposal_id'], unique=False)

    op.create_table('training_answer',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('scores', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('within', sa.Integer(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['training_case.id'], name=op.f('fk_training_answer_case_id_training_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_training_answer_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_answer'))
    )
    with op.batch_alter_table('training_answer', schema=None) as batch_op:
        batch_op.create_index('ix_training_answer_person_id', ['person_id', 'case_id'], unique=False)

    op.create_table('discussion_message',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('review_id', sa.Uuid(), nullable=True),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('side', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("side <> 'reviewer' OR review_id IS NOT NULL", name=op.f('ck_discussion_message_reviewers_have_reviews')),
    sa.CheckConstraint("side IN ('reviewer', 'staff')", name=op.f('ck_discussion_message_side_known')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_discussion_message_author_id_person')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_discussion_message_proposal_id_proposal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_discussion_message_review_id_review'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discussion_message'))
    )
    with op.batch_alter_table('discussion_message', schema=None) as batch_op:
        batch_op.create_index('ix_discussion_message_proposal_id', ['proposal_id'], unique=False)

    op.create_table('review_invitation',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('review_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('email_key', sa.String(length=254), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed_number', sa.Integer(), nullable=False),
    sa.Column('invited_by_id', sa.Uuid(), nullable=False),
    sa.Column('answer', sa.String(length=10), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f('ck_review_invitation_answered_at_known')),
    sa.CheckConstraint("answer IN ('', 'accepted', 'conflicted', 'declined')", name=op.f('ck_review_invitation_answer_known')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_review_invitation_proposal_id_proposal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_review_invitation_review_id_review'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_review_invitation_token_hash'))
    )
    with op.batch_alter_table('review_invitation', schema=None) as batch_op:
        batch_op.create_index('ix_review_invitation_email_key', ['email_key'], unique=False)
        batch_op.create_index('ix_review_invitation_proposal_id', ['proposal_id'], unique=False)
        batch_op.create_index('ix_review_invitation_review_id', ['review_id'], unique=False)

    op.create_table('review_submission',
    sa.Column('review_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('total_hundredths', sa.Integer(), nullable=False),
    sa.Column('document', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_review_submission_review_id_review'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_submission')),
    sa.UniqueConstraint('review_id', 'number', name='uq_review_submission_number')
    )
    op.create_table('unblinding',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('review_id', sa.Uuid(), nullable=True),
    sa.Column('subject', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('requested_by_id', sa.Uuid(), nullable=False),
    sa.Column('requested_by_name', sa.String(length=120), nullable=False),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_by_name', sa.String(length=120), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state = 'requested' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL)", name=op.f('ck_unblinding_decided')),
    sa.CheckConstraint("state IN ('granted', 'refused', 'requested', 'taken_back')", name=op.f('ck_unblinding_state_known')),
    sa.CheckConstraint("subject <> 'reviewer' OR review_id IS NOT NULL", name=op.f('ck_unblinding_review_named')),
    sa.CheckConstraint("subject IN ('applicant', 'reviewer')", name=op.f('ck_unblinding_subject_known')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> requested_by_id', name=op.f('ck_unblinding_two_people')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_unblinding_proposal_id_proposal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_unblinding_review_id_review'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unblinding'))
    )
    with op.batch_alter_table('unblinding', schema=None) as batch_op:
        batch_op.create_index('ix_unblinding_proposal_id', ['proposal_id'], unique=False)

    with op.batch_alter_table('criterion_score', schema=None) as batch_op:
        batch_op.add_column(sa.Column('not_applicable', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_check_constraint(op.f('ck_criterion_score_no_score_when_not_applicable'), 'score IS NULL OR NOT not_applicable')

    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
    op.add_column('review', sa.Column('seconds_spent', sa.Integer(), server_default='0', nullable=False))
    op.add_column('review', sa.Column('budget_remarks', json, server_default='{}', nullable=False))
    op.add_column('review', sa.Column('rapporteur', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column('review', 'rapporteur')
    op.drop_column('review', 'budget_remarks')
    op.drop_column('review', 'seconds_spent')
    with op.batch_alter_table('criterion_score', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_criterion_score_no_score_when_not_applicable'), type_='check')
        batch_op.drop_column('not_applicable')

    with op.batch_alter_table('unblinding', schema=None) as batch_op:
        batch_op.drop_index('ix_unblinding_proposal_id')

    op.drop_table('unblinding')
    op.drop_table('review_submission')
    with op.batch_alter_table('review_invitation', schema=None) as batch_op:
        batch_op.drop_index('ix_review_invitation_review_id')
        batch_op.drop_index('ix_review_invitation_proposal_id')
        batch_op.drop_index('ix_review_invitation_email_key')

    op.drop_table('review_invitation')
    with op.batch_alter_table('discussion_message', schema=None) as batch_op:
        batch_op.drop_index('ix_discussion_message_proposal_id')

    op.drop_table('discussion_message')
    with op.batch_alter_table('training_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_training_answer_person_id')

    op.drop_table('training_answer')
    with op.batch_alter_table('suggested_conflict', schema=None) as batch_op:
        batch_op.drop_index('ix_suggested_conflict_proposal_id')

    op.drop_table('suggested_conflict')
    op.drop_table('review_round')
    with op.batch_alter_table('review_bid', schema=None) as batch_op:
        batch_op.drop_index('ix_review_bid_person_id')

    op.drop_table('review_bid')
    op.drop_table('funder_partner')
    with op.batch_alter_table('proposal_party', schema=None) as batch_op:
        batch_op.drop_index('ix_proposal_party_base_key')
        batch_op.drop_index('ix_proposal_party_name_key')
        batch_op.drop_index('ix_proposal_party_domain')

    op.drop_table('proposal_party')
    with op.batch_alter_table('divergence_resolution', schema=None) as batch_op:
        batch_op.drop_index('ix_divergence_resolution_proposal_id')

    op.drop_table('divergence_resolution')
    with op.batch_alter_table('training_case', schema=None) as batch_op:
        batch_op.drop_index('ix_training_case_call_id')

    op.drop_table('training_case')
    op.drop_table('numbers_result')
    with op.batch_alter_table('call_reviewer', schema=None) as batch_op:
        batch_op.drop_index('ix_call_reviewer_person_id')

    op.drop_table('call_reviewer')
    with op.batch_alter_table('assignment_plan', schema=None) as batch_op:
        batch_op.drop_index('ix_assignment_plan_call_id')

    op.drop_table('assignment_plan')
    with op.batch_alter_table('reviewer_profile', schema=None) as batch_op:
        batch_op.drop_index('ix_reviewer_profile_person_id')

    op.drop_table('reviewer_profile')
    with op.batch_alter_table('confidentiality_agreement', schema=None) as batch_op:
        batch_op.drop_index('ix_confidentiality_agreement_person_id')

    op.drop_table('confidentiality_agreement')
