"""Migrations: numbered, linear, pinned; they make exactly what the models say, and they can be undone."""

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect

from app.extensions import db
from tests.architecture.sources import ROOT
from tests.conftest import DIALECT, create_database, make_settings, migrated

VERSIONS = ROOT / "migrations" / "versions"


def test_migrations_are_numbered_and_linear():
    names = sorted(p.stem for p in VERSIONS.glob("*.py"))
    assert [int(n.split("_")[0]) for n in names] == list(range(1, len(names) + 1))
    script = ScriptDirectory(str(ROOT / "migrations"), version_locations=[str(VERSIONS)])
    assert script.get_heads() == [(ROOT / "migrations" / "current-head").read_text().strip()] == [names[-1]]


def test_schema_equals_models(app):
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True, "render_as_batch": True})
    assert compare_metadata(context, db.metadata) == []


def test_check_constraints_equal_models(app):
    """Autogenerate does not look at checks; this does."""
    inspector = inspect(db.session.connection())
    for table in db.metadata.tables.values():
        wanted = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        found = {str(c["name"]) for c in inspector.get_check_constraints(table.name)}
        assert wanted == found, table.name


def test_state_checks_name_every_state(app):
    inspector = inspect(db.session.connection())
    for mapper in db.Model.registry.mappers:
        workflow = getattr(mapper.class_, "workflow", None)
        if workflow is None:
            continue
        checks = {c["name"]: c["sqltext"] for c in inspector.get_check_constraints(mapper.local_table.name)}
        text = checks[f"ck_{mapper.local_table.name}_state_known"]
        assert set(re.findall(r"'(\w+)'", text)) == {s.value for s in workflow.states}


def test_up_down_up(request, tmp_path):
    url = None
    if DIALECT != "sqlite":
        url = create_database(
            request.getfixturevalue("postgres_url"), f"updown_{tmp_path.name.replace('-', '_').lower()[:30]}"
        )
    app = migrated(make_settings(tmp_path, url))
    with app.app_context():
        downgrade(revision="base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        assert left == set()
        upgrade()
        assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())
        db.engine.dispose()


def test_leavings_of_the_past_are_read_from_the_audit_trail(request, tmp_path):
    """The audit trail has told who left since the first version; the table of former members begins with them."""
    from sqlalchemy import func, select

    from app.core.types import SYSTEM_ACTOR
    from app.identity import queries, services
    from app.identity.models import FormerMembership
    from tests.factories.identity import make_membership, make_organisation

    url = None
    if DIALECT != "sqlite":
        url = create_database(
            request.getfixturevalue("postgres_url"), f"left_{tmp_path.name.replace('-', '_').lower()[:30]}"
        )
    app = migrated(make_settings(tmp_path, url))
    with app.app_context():
        organisation = make_organisation()
        membership = make_membership(organisation, "viewer")
        make_membership(organisation, "owner")
        person_id, organisation_id = membership.person_id, membership.organisation_id
        db.session.commit()
        services.remove_member(membership=membership, actor=SYSTEM_ACTOR)
        db.session.commit()
        db.session.remove()
        downgrade(revision="0011_guards")
        upgrade()
        assert list(db.session.scalars(queries.organisations_left_by(person_id))) == [organisation_id]
        assert db.session.scalar(select(func.count(FormerMembership.id))) == 1
        db.session.remove()
        db.engine.dispose()


def test_a_table_made_anew_keeps_every_row_that_refers_to_it(request, tmp_path):
    """SQLite changes a table by dropping it: with references watched, all that hangs on it would go with it, unsaid."""
    from tests.factories.identity import make_member, make_organisation
    from tests.factories.proposals import make_proposal

    url = None
    if DIALECT != "sqlite":
        url = create_database(
            request.getfixturevalue("postgres_url"), f"anew_{tmp_path.name.replace('-', '_').lower()[:30]}"
        )
    app = migrated(make_settings(tmp_path, url))
    with app.app_context():
        organisation = make_organisation()
        make_member(organisation, "owner")
        make_proposal("submitted", organisation=organisation)
        db.session.commit()
        db.session.remove()
        downgrade(revision="0014_receipts")
        before = _rows()
        assert before["stage_submission"] and before["person"] and before["membership"] and before["audit_entry"]
        upgrade()
        after = _rows()
        assert {name: after.get(name) for name in before} == before
        db.engine.dispose()


def _rows() -> dict[str, int]:
    """How many rows each table has."""
    with db.engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return {n: connection.exec_driver_sql(f'SELECT count(*) FROM "{n}"').scalar_one() for n in sorted(names)}  # noqa: S608
