"""When the password of a session was typed; so far that was when the session began."""

import sqlalchemy as sa
from alembic import op

revision = "0013_confirmed_sessions"
down_revision = "0012_former_members"


def upgrade() -> None:
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE login_session SET confirmed_at = created_at")
    with op.batch_alter_table("login_session") as table:
        table.alter_column("confirmed_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("login_session") as table:
        table.drop_column("confirmed_at")
