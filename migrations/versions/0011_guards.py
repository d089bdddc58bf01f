"""Triggers: the audit trail, the ledger and sealed versions only grow; awards fit the budget, tranches fit the award."""

from alembic import op

revision = "0011_guards"
down_revision = "0010_notifications"

APPEND_ONLY = ("audit_entry", "ledger_entry", "sealed_submission", "form_version", "maturity_assessment")

AWARDS = """(SELECT COALESCE(SUM(d.amount_minor), 0) FROM decision d
  WHERE d.call_id = NEW.call_id AND d.state IN ('ratified', 'announced'))"""
TRANCHES = """(SELECT COALESCE(SUM(p.amount_minor), 0) FROM payment p
  WHERE p.project_id = NEW.project_id AND p.state <> 'cancelled')"""
# The parent row is locked so that two sums are never worked out side by side; NO KEY, because foreign key checks of other
# transactions hold it FOR KEY SHARE, and waiting for those while they wait for us would be a deadlock.
SUMS = {
    "decision": (f"{AWARDS} > (SELECT budget_minor FROM call WHERE id = NEW.call_id)",
                 "PERFORM 1 FROM call WHERE id = NEW.call_id FOR NO KEY UPDATE;",
                 "the awards would exceed the budget of the call", "amount_minor, state, call_id"),
    "payment": (f"{TRANCHES} > (SELECT award_minor FROM project WHERE id = NEW.project_id)",
                "PERFORM 1 FROM project WHERE id = NEW.project_id FOR NO KEY UPDATE;",
                "the tranches would exceed the award", "amount_minor, state, project_id"),
    "project": ("NEW.award_minor > (SELECT amount_minor FROM decision WHERE id = NEW.decision_id AND outcome = 'awarded' "
                "AND state IN ('ratified', 'announced'))"
                " OR NOT EXISTS (SELECT 1 FROM decision WHERE id = NEW.decision_id AND outcome = 'awarded' "
                "AND state IN ('ratified', 'announced'))"
                " OR NEW.award_minor < (SELECT COALESCE(SUM(p.amount_minor), 0) FROM payment p "
                "WHERE p.project_id = NEW.id AND p.state <> 'cancelled')", "",
                "the award of the project is not what was decided", "award_minor, decision_id"),
}


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in APPEND_ONLY:
        for statement in (_append_only_postgresql if postgresql else _append_only_sqlite)(table):
            op.execute(statement)
    for table, (wrong, lock, message, columns) in SUMS.items():
        make = _sum_postgresql if postgresql else _sum_sqlite
        for statement in make(table, wrong, lock, message, columns):
            op.execute(statement)


def _append_only_sqlite(table):
    for verb in ("UPDATE", "DELETE"):
        yield (f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
               f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END")


def _append_only_postgresql(table):
    yield (f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
           f"BEGIN RAISE EXCEPTION '{table} rows are never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$")
    yield (f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
           f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()")
    yield (f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
           f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()")


def _sum_sqlite(table, wrong, lock, message, columns):
    for verb in ("INSERT", f"UPDATE OF {columns}"):
        yield (f"CREATE TRIGGER {table}_sum_{verb.split()[0].lower()} AFTER {verb} ON {table} WHEN {wrong} "
               f"BEGIN SELECT RAISE(ABORT, '{message}'); END")


def _sum_postgresql(table, wrong, lock, message, columns):
    yield (f"CREATE FUNCTION {table}_sum() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {lock} IF {wrong} THEN "
           f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN NULL; END $$")
    yield (f"CREATE TRIGGER {table}_sum AFTER INSERT OR UPDATE OF {columns} ON {table} "
           f"FOR EACH ROW EXECUTE FUNCTION {table}_sum()")


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in APPEND_ONLY:
        if postgresql:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
            op.execute(f"DROP FUNCTION {table}_append_only()")
        else:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
    for table in SUMS:
        if postgresql:
            op.execute(f"DROP TRIGGER {table}_sum ON {table}")
            op.execute(f"DROP FUNCTION {table}_sum()")
        else:
            op.execute(f"DROP TRIGGER {table}_sum_insert")
            op.execute(f"DROP TRIGGER {table}_sum_update")
