"""Who asked for a sign-off is kept until it is given: what was signed long ago asks for nothing any more."""

from alembic import op

revision = "0034_sign_off_of_newer"
down_revision = "0033_newcomers"


def upgrade() -> None:
    op.execute("UPDATE stage_submission SET sign_off_asked_by_id = NULL WHERE state <> 'awaiting_sign_off'")


def downgrade() -> None:
    """Nothing to take back: an earlier version reads the column only while a sign-off is waited for."""
