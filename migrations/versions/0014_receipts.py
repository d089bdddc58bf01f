"""Signed receipts of submitted versions. They only grow, like the versions themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0014_receipts"
down_revision = "0013_confirmed_sessions"
TABLE = "submission_receipt"


def upgrade() -> None:
    op.create_table(TABLE,
    sa.Column('sealed_submission_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('signature', sa.String(length=128), nullable=False),
    sa.Column('public_key', sa.String(length=64), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sealed_submission_id'], ['sealed_submission.id'],
                            name=op.f('fk_submission_receipt_sealed_submission_id_sealed_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission_receipt')),
    sa.UniqueConstraint('sealed_submission_id', name=op.f('uq_submission_receipt_sealed_submission_id'))
    )
    op.create_index('ix_submission_receipt_public_key', TABLE, ['public_key'])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE FUNCTION {TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                   f"RAISE EXCEPTION '{TABLE} rows are never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$")
        op.execute(f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
                   f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_append_only()")
        op.execute(f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
                   f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_append_only()")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
                   f"BEGIN SELECT RAISE(ABORT, '{TABLE} rows are never changed'); END")


def downgrade() -> None:
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {TABLE}_append_only()")
