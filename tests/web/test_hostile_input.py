"""Values that no column can hold are refused with a worded page on either database, and no log repeats what was typed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from app.extensions import db
from app.identity.queries import get_person
from app.web import errors
from tests.factories.identity import make_person
from tests.factories.proposals import make_proposal, officer_of, owner_of

NUL = "a%00b"


@pytest.mark.parametrize(
    "path", [f"/api/v1/history?mineral={NUL}", f"/calls/{NUL}", f"/api/v1/calls/{NUL}", f"/history/{NUL}"]
)
def test_strangers_cannot_break_a_page_with_a_nul(client, path):
    assert client.get(path).status_code in {400, 404}


def test_nor_can_people_who_are_signed_in(client, sign_in):
    proposal = make_proposal("submitted")
    stage = proposal.stages[-1]
    officer = officer_of(proposal)
    db.session.commit()
    sign_in(client, get_person(officer.person_id))
    listed = f"/proposals/calls/{proposal.call.code}"
    paths = (
        "/mine-sites/?q=",
        "/mine-sites/?country=",
        "/mine-sites/?mineral=",
        f"{listed}?words=",
        f"{listed}?state=",
        "/projects/?q=",
        "/projects/payments?state=",
        "/admin/people?q=",
        f"/proposals/{proposal.id}/stages/{stage.call_stage.key}/sections/",
        f"/proposals/{proposal.id}/stages/",
    )
    for path in paths:
        assert client.get(path + NUL).status_code in {400, 404}, path


@pytest.mark.parametrize("page", ["", "/receipt", "/changes"])
def test_a_version_beyond_all_numbers_does_not_exist(client, sign_in, page):
    proposal = make_proposal("submitted")
    stage = proposal.stages[-1]
    db.session.commit()
    sign_in(client, owner_of(proposal.organisation))
    versions = f"/proposals/{proposal.id}/stages/{stage.call_stage.key}/versions"
    assert client.get(f"{versions}/1").status_code == 200
    for number in (2**31, 2**63, 10**30):
        assert client.get(f"{versions}/{number}{page}").status_code == 404


def test_a_check_with_a_version_beyond_all_numbers_is_no_crash(client, sign_in):
    proposal = make_proposal("screening")
    stage = proposal.stages[-1]
    code = stage.call_stage.checks[0]["code"]
    officer = officer_of(proposal)
    db.session.commit()
    sign_in(client, get_person(officer.person_id))
    path = f"/proposals/{proposal.id}/stages/{stage.call_stage.key}/checks"
    answer = client.act(path, **{f"outcome_{code}": "pass", f"version_{code}": "9" * 5000})
    assert answer.status_code < 500


def test_a_nul_in_a_form_is_no_crash(client):
    for fields in (
        {"email": "a\x00b@example.org", "password": "x\x00y"},
        {"key": "a\x00b", "email": "a", "password": "b"},
    ):
        assert client.act("/sign-in", **fields).status_code < 500


def test_database_errors_do_not_repeat_what_was_typed(session):
    statement = text("INSERT INTO person (nowhere) VALUES (:value)")
    with pytest.raises(Exception, match="nowhere") as failed:
        session.execute(statement, {"value": "CANARY-7731"})
    assert "CANARY-7731" not in str(failed.value)


def test_a_refused_row_is_not_written_into_the_log(app):
    person = make_person(email="canary-7732@example.org")
    db.session.commit()
    with app.test_request_context("/reset-password/CANARY-7733"):
        person.locale = None
        with pytest.raises(IntegrityError) as refused:
            db.session.flush()
        db.session.rollback()
        with capture_logs() as entries:
            errors.integrity_error(refused.value)
    assert [entry["event"] for entry in entries] == ["integrity.refused"]
    assert "locale" in str(entries) and "7732" not in str(entries) and "7733" not in str(entries)
