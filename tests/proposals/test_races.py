"""Many at once on real PostgreSQL: one submission, one screening, one reference each, no text overwritten unseen."""

import secrets

import pytest
from sqlalchemy import func, select

from app.calls import queries as call_queries
from app.core import audit
from app.core.errors import Conflict, MoveRefused
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.identity import queries as identity_queries
from app.proposals import queries, services
from app.proposals.models import ConflictOfInterest, PatchReceipt, Proposal, SealedSubmission
from app.proposals.posted import Posted
from tests.conftest import sign_in_directly
from tests.factories.calls import make_call
from tests.factories.identity import make_organisation, make_person
from tests.factories.proposals import fill_in, make_proposal, officer_of, owner_of
from tests.proposals.conftest import address, owner
from tests.racing import in_threads, in_transactions

pytestmark = pytest.mark.postgres
THREADS = 12


def counted(model, **where) -> int:
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**where)) or 0


def refusals(results) -> set[type]:
    return {type(r) for r in results if isinstance(r, Exception)}


def test_many_submits_seal_one_version(postgres_app):
    with postgres_app.app_context():
        proposal = make_proposal("draft")
        fill_in(proposal.stages[-1])
        ident, actor = proposal.stages[-1].id, owner(proposal)
        db.session.commit()

    def submit(_index):
        return services.submit(submission=queries.get_stage_submission(ident), actor=actor).number

    results = in_transactions(postgres_app, THREADS, submit)
    assert results.count(1) == 1 and refusals(results) <= {MoveRefused, Conflict}
    with postgres_app.app_context():
        assert counted(SealedSubmission) == counted(OutboxEvent, name="proposal.submitted") == 1
        assert audit.verify() == []


def test_one_button_pressed_many_times_through_the_web(postgres_app):
    with postgres_app.app_context():
        proposal = make_proposal("draft")
        stage = proposal.stages[-1]
        fill_in(stage)
        where, person = address(stage), owner_of(proposal.organisation)
        db.session.commit()
        client = sign_in_directly(postgres_app.test_client(), person)
        form = client.form(where + "/check", where + "/submit")
        posted = {**form["values"], "confirmed": "y", "idempotency_key": secrets.token_urlsafe(12)}
        cookie = client.get_cookie("assay")

    def press(_index):
        browser = postgres_app.test_client()
        browser.set_cookie("assay", cookie.value)
        return browser.post(where + "/submit", data=posted)

    answers = in_threads(THREADS, press)
    assert {a.status_code for a in answers} == {303}
    assert len({a.location for a in answers}) == 1
    with postgres_app.app_context():
        assert counted(SealedSubmission) == counted(OutboxEvent, name="proposal.submitted") == 1


def test_two_officers_start_one_screening(postgres_app):
    with postgres_app.app_context():
        proposal = make_proposal("submitted")
        ident, actor = proposal.stages[-1].id, officer_of(proposal)
        checks = len(proposal.stages[-1].call_stage.checks)
        db.session.commit()

    def screen(_index):
        services.start_screening(submission=queries.get_stage_submission(ident), actor=actor)
        return True

    results = in_transactions(postgres_app, THREADS, screen)
    assert results.count(True) == 1 and refusals(results) <= {MoveRefused, Conflict}
    with postgres_app.app_context():
        assert len(queries.checks_of(ident)) == checks


def test_references_are_unique(postgres_app):
    with postgres_app.app_context():
        call, person = make_call(), make_person()
        organisation = make_organisation(owner=person)
        from tests.factories.identity import actor_of

        ids, actor = (call.id, organisation.id), actor_of(person)
        db.session.commit()

    def start(index):
        proposal = services.start_proposal(
            call=call_queries.get_call(ids[0]),
            organisation=identity_queries.get_organisation(ids[1]),
            title=f"Shaft {index}",
            actor=actor,
        )
        return proposal.reference

    results = in_transactions(postgres_app, THREADS, start)
    assert sorted(r.rsplit("-", 1)[1] for r in results) == [f"{n:04d}" for n in range(1, THREADS + 1)]
    with postgres_app.app_context():
        assert counted(Proposal) == THREADS


def test_writers_of_one_field_never_overwrite_each_other_unseen(postgres_app):
    with postgres_app.app_context():
        proposal = make_proposal("draft")
        stage = proposal.stages[-1]
        ident, actor, seen = stage.id, owner(proposal), stage.version
        db.session.commit()

    def write(index):
        services.save_section(
            submission=queries.get_stage_submission(ident),
            section_id="idea",
            fields={"problem": [f"Text {index}"]},
            expected_version=seen,
            actor=actor,
        )
        return index

    assert in_transactions(postgres_app, THREADS, write) == list(range(THREADS))
    with postgres_app.app_context():
        stands = queries.get_stage_submission(ident).answers["problem"]
        beside = [text.typed[0] for text in queries.waiting_texts([ident])]
        assert sorted([stands, *beside]) == sorted(f"Text {index}" for index in range(THREADS))


def test_one_patch_sent_many_times_at_once_is_taken_once(postgres_app):
    with postgres_app.app_context():
        proposal = make_proposal("draft")
        stage = proposal.stages[-1]
        ident, actor, seen = stage.id, owner(proposal), stage.version
        db.session.commit()
    page = Posted({"problem": ["Once."]}, seen=seen, client="device-one", sequence=1, bases={"problem": seen})

    def send(_index):
        return services.save_page(submission=queries.get_stage_submission(ident), page=page, actor=actor).repeated

    results = in_transactions(postgres_app, THREADS, send)
    assert sorted(map(str, results)) == ["False"] + ["True"] * (THREADS - 1)
    with postgres_app.app_context():
        assert counted(PatchReceipt) == 1 and queries.get_stage_submission(ident).version == seen + 1


def test_one_conflict_of_interest_recorded_by_many(postgres_app):
    with postgres_app.app_context():
        proposal = make_proposal("submitted")
        ident, actor = proposal.id, officer_of(proposal)
        db.session.commit()

    def record(_index):
        found = queries.get_proposal(ident)
        services.record_conflict(proposal=found, person_id=actor.person_id, basis="declared", note="", actor=actor)
        return True

    results = in_transactions(postgres_app, THREADS, record)
    assert True in results
    with postgres_app.app_context():
        assert counted(ConflictOfInterest) == 1
        assert audit.verify() == []


def test_an_invitation_pressed_many_times_makes_one_part(postgres_app):
    from app.identity import services as identity
    from app.identity.queries import get_person

    with postgres_app.app_context():
        proposal, person = make_proposal("draft"), make_person()
        invitation = services.invite_collaborator(
            proposal=proposal, email=person.email, role="viewer", sections=(), actor=owner(proposal)
        )
        ident, person_id, proposal_id = invitation.id, person.id, proposal.id
        db.session.commit()

    def accept(_index):
        guest = get_person(person_id)
        return services.accept_collaboration(
            invitation=queries.get_invitation(ident), person=guest, actor=identity.as_actor(guest)
        ).role

    results = in_transactions(postgres_app, THREADS, accept)
    assert results.count("viewer") == 1 and refusals(results) == {identity.DeadLink}
    with postgres_app.app_context():
        assert len(queries.collaborators_of(proposal_id)) == 1
        assert audit.verify() == []
