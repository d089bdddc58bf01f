"""An address belongs to the account that confirmed it; until then several accounts may have given it."""

import sqlalchemy as sa
from alembic import op

revision = "0033_newcomers"
down_revision = "0032_funding_window"

IS_CONFIRMED = sa.text("email_verified_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("uq_person_email_key"), type_="unique")
    op.create_index("ix_person_email_key", "person", ["email_key"])
    op.create_index(
        "uq_person_confirmed_email_key",
        "person",
        ["email_key"],
        unique=True,
        sqlite_where=IS_CONFIRMED,
        postgresql_where=IS_CONFIRMED,
    )


def downgrade() -> None:
    """Refused by the database while two accounts give one address."""
    op.drop_index("uq_person_confirmed_email_key", "person")
    op.drop_index("ix_person_email_key", "person")
    with op.batch_alter_table("person") as batch:
        batch.create_unique_constraint(op.f("uq_person_email_key"), ["email_key"])
