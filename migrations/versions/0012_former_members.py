"""Who was a member of an organisation once; filled from the audit trail, which has told of every leaving since the first."""

import json
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0012_former_members"
down_revision = "0011_guards"

LEFT = ("organisation.member_left", "organisation.member_removed")


def upgrade() -> None:
    table = op.create_table(
        "former_membership",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], ondelete="CASCADE",
                                name=op.f("fk_former_membership_organisation_id_organisation")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE",
                                name=op.f("fk_former_membership_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_membership")),
        sa.UniqueConstraint("organisation_id", "person_id", name="uq_former_membership_once"),
    )
    op.create_index("ix_former_membership_person_id", "former_membership", ["person_id"])
    rows = list(_left(op.get_bind()))
    if rows:
        op.bulk_insert(table, rows)


def _left(bind):
    """One row for each person and organisation that both still exist."""
    entry = sa.table("audit_entry", sa.column("action", sa.String), sa.column("subject_id", sa.Uuid), sa.column("seq", sa.Integer),
                     sa.column("detail", sa.JSON), sa.column("at", sa.DateTime(timezone=True)))
    there = {name: set(bind.scalars(sa.select(sa.table(name, sa.column("id", sa.Uuid)).c.id))) for name in ("organisation", "person")}
    seen = set()
    for row in bind.execute(sa.select(entry).where(entry.c.action.in_(LEFT)).order_by(entry.c.subject_id, entry.c.seq)):
        detail = json.loads(row.detail) if isinstance(row.detail, str) else row.detail
        pair = (row.subject_id, uuid.UUID(detail["person_id"]))
        if pair not in seen and pair[0] in there["organisation"] and pair[1] in there["person"]:
            seen.add(pair)
            yield {"id": uuid.uuid4(), "organisation_id": pair[0], "person_id": pair[1], "created_at": row.at}


def downgrade() -> None:
    op.drop_table("former_membership")
