"""Many at once on real PostgreSQL: one version wins, nothing is handed in after the proposal was passed on."""

import threading

import pytest

from app.core.errors import Conflict, DomainError
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity.models import Person
from app.identity.services import DeadLink
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries, services
from app.reviews.matching.calls import Settings
from app.reviews.models import Review, ReviewInvitation
from app.reviews.sheet import Changes
from tests.factories.identity import actor_of, make_person
from tests.factories.reviews import (
    WELL,
    make_assessed_proposal,
    make_assessing_call,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.racing import in_transactions
from tests.reviews.test_rounds import put_round

pytestmark = pytest.mark.postgres
THREADS = 20
ROUNDS = 3


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_twenty_saves_of_one_version_one_wins(postgres_app, turn):
    with postgres_app.app_context():
        review = make_review(make_assessed_proposal(), state="draft")
        ident, version, me = review.id, review.version, actor_of(review.reviewer)
        db.session.commit()

    def save(index):
        changes = Changes(texts={"A1": f"Text {index}"})
        services.save_scores(
            review=queries.get_readable_review(ident), changes=changes, actor=me, expected_version=version
        )
        return index

    results = in_transactions(postgres_app, THREADS, save)
    won = [r for r in results if isinstance(r, int)]
    assert len(won) == 1
    assert {type(r) for r in results if not isinstance(r, int)} == {Conflict}
    with postgres_app.app_context():
        assert services.sheet_of(queries.get_review(ident)).texts["A1"] == f"Text {won[0]}"


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_twenty_submissions_of_one_revision_one_version_is_kept(postgres_app, turn):
    with postgres_app.app_context():
        review = make_review(
            make_assessed_proposal(call=make_assessing_call(process={"discussion": True})), state="submitted"
        )
        put_round(review.proposal, "discussing")
        ident, version, me = review.id, review.version, actor_of(review.reviewer)
        db.session.commit()

    def revise(_index):
        services.revise(review=queries.get_review(ident), actor=me, expected_version=version)
        return True

    def submit(_index):
        services.submit(review=queries.get_review(ident), actor=me)
        return True

    assert in_transactions(postgres_app, THREADS, revise).count(True) == 1
    assert in_transactions(postgres_app, THREADS, submit).count(True) == 1
    with postgres_app.app_context():
        assert [one.number for one in queries.submissions_of([ident])[ident]] == [1, 2]


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_twenty_invitations_of_one_person_one_is_made(postgres_app, turn):
    with postgres_app.app_context():
        proposal = make_assessed_proposal()
        officer, reviewer = actor_of(make_officer(proposal.call)), make_reviewer(proposal.call)
        ident, person_id, due_at = proposal.id, reviewer.id, proposal.call.closes_at.replace(year=2099)
        db.session.commit()

    def invite(_index):
        services.invite(
            proposal=proposals_queries.get_proposal(ident), reviewer=identity_queries.get_person(person_id),
            due_at=due_at, actor=officer,
        )  # fmt: skip
        return True

    results = in_transactions(postgres_app, THREADS, invite)
    assert results.count(True) == 1
    assert all(isinstance(r, DomainError) for r in results if r is not True), results


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_nothing_is_handed_in_after_the_proposal_was_passed_on(postgres_app, turn):
    """Whoever comes first, a tabled proposal has no review that is merely submitted."""
    with postgres_app.app_context():
        proposal = make_assessed_proposal()
        for _ in range(2):
            make_review(proposal, state="submitted")
        drafts = [make_review(proposal, state="draft", scores=WELL) for _ in range(10)]
        work = [(review.id, actor_of(review.reviewer)) for review in drafts]
        officer, ident = actor_of(make_officer(proposal.call)), proposal.id
        db.session.commit()
    late = threading.Event()

    def act(index):
        if index == len(work):
            late.wait(0.02 * turn)
            services.table(proposal=proposals_queries.get_proposal(ident), actor=officer)
        else:
            services.submit(review=queries.get_review(work[index][0]), actor=work[index][1])
        return True

    results = in_transactions(postgres_app, len(work) + 1, act)
    assert all(r is True or isinstance(r, DomainError) for r in results), results
    with postgres_app.app_context():
        assert db.session.get(Proposal, ident).state == "deciding"
        states = [r.state for r in db.session.query(Review)]
        assert set(states) <= {"final", "draft"}
        assert states.count("final") == 2 + sum(r is True for r in results[:-1])


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_ten_who_apply_a_plan_at_once_one_does(postgres_app, turn):
    with postgres_app.app_context():
        proposal = make_assessed_proposal()
        officer = actor_of(make_officer(proposal.call))
        for n in range(2):
            make_reviewer(proposal.call, name=f"R{n}")
        plan = services.make_plan(call=proposal.call, settings=Settings(wanted=2), title="", actor=officer)
        proposal_id, plan_id, due_at = proposal.id, plan.id, proposal.call.closes_at.replace(year=2099)
        db.session.commit()

    def apply(_index):
        return services.apply_plan(plan=queries.get_plan(plan_id), due_at=due_at, actor=officer)

    results = in_transactions(postgres_app, 10, apply)
    assert [r for r in results if isinstance(r, int)] == [2]
    assert all(isinstance(r, DomainError) for r in results if not isinstance(r, int)), results
    with postgres_app.app_context():
        assert len(queries.reviews_of_proposals([proposal_id])) == 2


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("known", [True, False])
def test_of_twenty_answers_by_one_link_one_counts(postgres_app, turn, known):
    """One answer, at most one review and one account, whether the answers agree or not."""
    email = f"race{turn}{known}@example.org"
    with postgres_app.app_context():
        proposal = make_assessed_proposal()
        officer = actor_of(make_officer(proposal.call))
        if known:
            make_person(email=email)
        due_at = proposal.call.closes_at.replace(year=2099)
        row = services.ask(
            proposal=proposal, name="N", email=email, locale="en", due_at=due_at, message="", actor=officer
        )
        event = db.session.query(OutboxEvent).filter_by(subject_id=row.id, name="review.asked").one()
        token, ident, proposal_id = event.payload["token_path"].rsplit("/", 1)[-1], row.id, proposal.id
        db.session.commit()

    def answer(index):
        if index % 3 == 0:
            services.decline_by_link(token=token, reason="")
        elif index % 3 == 1:
            services.declare_conflict_by_link(token=token, note="")
        else:
            services.accept_by_link(token=token, name="N")
        return ("declined", "conflicted", "accepted")[index % 3]

    results = in_transactions(postgres_app, THREADS, answer)
    won = [r for r in results if isinstance(r, str)]
    assert len(won) == 1, results
    assert {type(r) for r in results if not isinstance(r, str)} == {DeadLink}
    with postgres_app.app_context():
        assert db.session.get(ReviewInvitation, ident).answer == won[0]
        assert len(queries.reviews_of_proposals([proposal_id])) == (won[0] == "accepted")
        people = db.session.query(Person).filter_by(email=email).count()
        assert people == (known or won[0] == "accepted")
