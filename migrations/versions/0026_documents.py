"""Documents that organisations keep for their proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0026_documents"
down_revision = "0025_health_record"

KINDS = ("annual_accounts", "audit_report", "bank_letter", "integrity_policy", "other", "register_extract", "statutes",
         "tax_certificate")


def upgrade() -> None:
    op.create_table('organisation_document',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN (" + ", ".join(f"'{k}'" for k in KINDS) + ")",
                       name=op.f('ck_organisation_document_kind_known')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'],
                            name=op.f('fk_organisation_document_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_document'))
    )
    op.create_index('ix_organisation_document_organisation_id', 'organisation_document', ['organisation_id'])
    op.create_table('document_version',
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('added_by_name', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until",
                       name=op.f('ck_document_version_valid_in_order')),
    sa.ForeignKeyConstraint(['document_id'], ['organisation_document.id'],
                            name=op.f('fk_document_version_document_id_organisation_document'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_document_version_file_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_version')),
    sa.UniqueConstraint('document_id', 'number', name='uq_document_version_number')
    )
    op.create_index('ix_document_version_valid_until', 'document_version', ['valid_until'])


def downgrade() -> None:
    op.drop_index('ix_document_version_valid_until', 'document_version')
    op.drop_table('document_version')
    op.drop_index('ix_organisation_document_organisation_id', 'organisation_document')
    op.drop_table('organisation_document')
