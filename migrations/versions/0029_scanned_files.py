"""What a virus scanner found in a file."""

import sqlalchemy as sa
from alembic import op

revision = "0029_scanned_files"
down_revision = "0028_draft_counts"

STATES = "scan_state IN ('clean', 'failed', 'infected', 'not_configured', 'waiting')"


def upgrade() -> None:
    with op.batch_alter_table('stored_file') as batch_op:
        batch_op.add_column(sa.Column('scan_state', sa.String(length=16), nullable=False,
                                      server_default='not_configured'))
        batch_op.add_column(sa.Column('scan_note', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('scan_attempts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('scan_due_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('stored_file') as batch_op:
        for name in ('scan_state', 'scan_note', 'scan_attempts'):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_check_constraint(op.f('ck_stored_file_scan_state_known'), STATES)
        batch_op.create_check_constraint(op.f('ck_stored_file_waiting_has_a_turn'),
                                         "scan_state <> 'waiting' OR scan_due_at IS NOT NULL")
        batch_op.create_index('ix_stored_file_scan', ['scan_state', 'scan_due_at'])


def downgrade() -> None:
    with op.batch_alter_table('stored_file') as batch_op:
        batch_op.drop_index('ix_stored_file_scan')
        batch_op.drop_constraint(op.f('ck_stored_file_waiting_has_a_turn'), type_='check')
        batch_op.drop_constraint(op.f('ck_stored_file_scan_state_known'), type_='check')
        for name in ('scan_due_at', 'scan_attempts', 'scan_note', 'scan_state'):
            batch_op.drop_column(name)
