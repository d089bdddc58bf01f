"""Each command of ``flask assay``: what it says, what it does, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from app.calls import queries as calls
from app.core import outbox
from app.core.types import SYSTEM_ACTOR
from app.identity import queries as identity
from app.identity import services
from tests.developers.conftest import ground, proposal
from tests.factories.identity import make_person, make_programme
from workflows.catalogue import WORKFLOWS

ROOT = Path(__file__).resolve().parents[2]
EPRM = ROOT / "app" / "developers" / "calls" / "eprm-2020.yaml"


@pytest.fixture
def assay(app):
    """``assay("audit", "verify")`` runs a command."""
    return lambda *words: app.test_cli_runner().invoke(args=["assay", *map(str, words)])


def test_help_lists_every_command(assay):
    said = assay("--help").output
    for command in ("audit", "call", "demo", "invariants", "outbox", "routes", "seed", "user", "workflows"):
        assert f"\n  {command} " in said


def test_user_create(assay):
    make_programme(code="PRO")
    result = assay(
        "user", "create", "--email", "New@Example.org", "--name", "New Manager", "--password", "a quiet river",
        "--programme", "PRO", "--role", "manager", "--role", "officer",
    )  # fmt: skip
    assert result.exit_code == 0 and "can sign in as" in result.output
    person = identity.person_by_email("new@example.org")
    assert person.email_verified_at is not None
    assert set(*identity.programme_roles(person.id).values()) == {"manager", "officer"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--email", "taken@example.org", "--name", "N"), "already an account"),
        (("--email", "nobody", "--name", "N"), "e-mail address like"),
        (("--email", "n@example.org", "--name", "N", "--role", "manager"), "name it with --programme"),
        (("--email", "n@example.org", "--name", "N", "--role", "manager", "--programme", "NO"), "no programme NO"),
    ],
)
def test_user_create_refuses_in_words(assay, words, said):
    make_person(email="taken@example.org")
    result = assay("user", "create", "--password", "a quiet river", *words)
    assert result.exit_code == 1 and said in result.output and "Traceback" not in result.output
    assert identity.person_by_email("n@example.org") is None


def test_call_import_moves_dates_and_publishes(assay, frozen):
    manager = make_person(email="boss@example.org")
    assert assay("call", "import", EPRM, "--opens", "2026-05-01").exit_code == 0
    call = calls.call_by_code("EPRM-2020")
    assert call.state == "draft" and call.stages[0].opens_wall == "2026-05-01 09:00"
    services.grant_role(programme=call.programme, person=manager, role="manager", actor=SYSTEM_ACTOR)
    said = assay("call", "import", EPRM, "--opens", "2026-05-02", "--publish-as", "boss@example.org").output
    assert "has published it" in said and "2026-05-02 09:00" in said
    assert calls.call_by_code("EPRM-2020").state == "open"


def test_call_import_says_where_a_file_is_wrong(assay, tmp_path):
    path = tmp_path / "call.yaml"
    path.write_text("code: X\ntitle: Y\n")
    result = assay("call", "import", path)
    assert result.exit_code == 1 and "stages: is missing" in result.output


@pytest.mark.breaks_invariants
def test_audit_verify(assay, session):
    make_person()
    session.commit()
    assert assay("audit", "verify").exit_code == 0
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    else:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
    session.execute(text("UPDATE audit_entry SET reason = 'forged'"))
    session.commit()
    result = assay("audit", "verify")
    assert result.exit_code == 1 and "changed after it was written" in result.output


def test_outbox_status(assay, session):
    outbox.publish("person.verification_requested", make_person(), SYSTEM_ACTOR)
    session.commit()
    result = assay("outbox", "status")
    assert result.exit_code == 0 and "Events: 1 waiting, 0 done, 0 given up." in result.output


def test_outbox_status_fails_when_something_was_given_up(assay, session):
    event = outbox.publish("person.verification_requested", make_person(), SYSTEM_ACTOR)
    outbox.fail(outbox.OutboxEvent, outbox.claim(outbox.OutboxEvent, event.id), "no such template", hopeless=True)
    session.commit()
    result = assay("outbox", "status")
    assert result.exit_code == 1
    assert "0 waiting, 0 done, 1 given up." in result.output and "/admin/deliveries" in result.output


def test_invariants_say_what_holds_and_what_does_not(assay, play, session):
    play(ground(proposals=[proposal("a", "assessing")]))
    result = assay("invariants")
    assert result.exit_code == 0 and "Everything that must hold holds." in result.output
    session.execute(text("UPDATE proposal SET state = 'awarded'"))
    session.commit()
    result = assay("invariants")
    assert result.exit_code == 1
    assert "FAILED  An outcome is on a proposal exactly when it is announced" in result.output
    assert "problems were found" in result.output


def test_workflows_diagram(assay, tmp_path):
    said = assay("workflows", "diagram").output
    assert said.count("stateDiagram-v2") == len(WORKFLOWS)
    assert "draft --> submitted : Submit" in said
    path = tmp_path / "page.md"
    assert assay("workflows", "diagram", "--write", path).exit_code == 0
    assert path.read_text() == (ROOT / "docs" / "workflows.md").read_text(), "write docs/workflows.md again"


def test_routes_tell_every_access_mark(assay, app):
    rows = json.loads(assay("routes", "--access", "--json").output)
    assert {row["endpoint"] for row in rows} == set(app.view_functions)
    assert not [row for row in rows if row["access"] == "unmarked"]
    by_endpoint = {row["endpoint"]: row for row in rows}
    assert by_endpoint["dashboard.work"]["action"] == "dashboard.view"
    assert by_endpoint["dashboard.work"]["relations"] == ["self"]
    assert by_endpoint["public.home"]["access"] == "public"
    assert "dashboard.view: self" in assay("routes", "--access").output


def test_seed_plays_the_example(assay):
    result = assay("seed", ROOT / "app" / "developers" / "worlds" / "small.yaml")
    assert result.exit_code == 0 and "6 proposals" in result.output
    assert assay("invariants").exit_code == 0


def test_seed_keeps_nothing_of_a_world_that_fails(assay, tmp_path):
    path = tmp_path / "world.yaml"
    path.write_text(
        "people: [{key: a, name: A, email: a@half.example}]\n"
        "programmes: [{code: PRO, name: P, roles: {manager: [nobody]}}]\n"
    )
    result = assay("seed", path)
    assert result.exit_code == 1 and "no person “nobody”" in result.output
    assert identity.person_by_email("a@half.example") is None
