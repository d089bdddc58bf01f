"""Asked by mail: the page before any answer, each answer by POST only, accounts only for who accepts, links that die."""

import re
from datetime import timedelta

import pytest

from app.core import clock
from app.core.audit import AuditEntry
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity.models import AttemptCount, Person
from app.notifications import telling
from app.notifications.models import EmailDelivery, Notification
from app.proposals import queries as proposals_queries
from app.reviews import queries, services
from app.reviews.models import ConfidentialityAgreement, Review, ReviewerProfile, ReviewInvitation
from tests.client import text_of
from tests.factories.identity import actor_of, make_grant, make_member, make_person
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_reviewer,
)
from tests.reviews.conftest import CANARY
from tests.reviews.invitations import EMAIL, accept, ask, link_of, link_to

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def officer(proposal):
    return make_officer(proposal.call)


@pytest.fixture
def link(session, proposal, officer):
    path = link_of(ask(proposal, officer, message="We liked your article."))
    session.commit()
    return path


class TestThePage:
    def test_names_and_no_content(self, client, link, proposal):
        answer = client.get(link)
        page = text_of(answer)
        for told in (
            proposal.title,
            proposal.reference,
            proposal.organisation.name,
            "Lakeside Smelting",
            "We liked your article.",
        ):
            assert told in page
        for hidden in (CANARY, "secret-contact", "100000", "100,000"):
            assert hidden not in page
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Confidentiality agreement" in page

    def test_looking_answers_nothing(self, session, client, link):
        before = session.query(AuditEntry).count()
        for _ in range(3):
            assert client.get(link).status_code == 200
            for verb in ("accept", "decline", "conflict"):
                assert client.get(f"{link}/{verb}").status_code in {404, 405}
        session.expire_all()
        assert session.query(ReviewInvitation).one().answer == ""
        assert session.query(AuditEntry).count() == before
        assert not session.query(Review).count()

    def test_double_blind_shows_the_title_only(self, session, client):
        proposal = make_assessed_proposal(
            call=make_assessing_call(process={"blind": "double"}), title="Safer pits at Numbi"
        )
        link = link_of(ask(proposal, make_officer(proposal.call)))
        session.commit()
        page = text_of(client.get(link))
        assert "Safer pits at Numbi" in page
        assert proposal.organisation.name not in page
        assert "Lakeside Smelting" not in page

    def test_few_queries(self, client, link, count_queries):
        client.get(link)
        with count_queries() as seen:
            client.get(link)
        assert len(seen) <= 12


class TestAccepting:
    def test_who_has_no_account_gets_one_and_chooses_a_password_first(self, session, client, link, proposal):
        answer = accept(client, link)
        assert re.search(r"/reset-password/", answer.location)
        person = identity_queries.person_by_email(EMAIL)
        assert (person.name, person.email_verified_at is not None) == ("Nora Reader", True)
        (review,) = queries.reviews_of_proposals([proposal.id])
        assert (review.reviewer_id, review.state, review.sealed_number) == (person.id, "accepted", 1)
        assert review.no_conflict_declared_at is not None
        assert session.query(ConfidentialityAgreement).one().name == "Nora Reader"
        assert session.query(ReviewerProfile).one().languages == ["en"]
        assert "reviewer" in identity_queries.programme_roles(person.id)[proposal.call.programme_id]
        assert CANARY not in text_of(client.get(f"/reviews/{review.id}/sheet", follow_redirects=True)), (
            "not before signing in"
        )
        done = client.fill(answer.location, None, password="a lantern over quiet water")
        assert done.status_code == 303
        client.fill("/sign-in", None, email=EMAIL, password="a lantern over quiet water")
        assert CANARY in text_of(client.get(f"/reviews/{review.id}/sheet"))

    def test_who_has_an_account_signs_in_to_read(self, session, client, sign_in, link, proposal):
        person = make_person(email=EMAIL)
        session.commit()
        answer = accept(client, link)
        assert "/sign-in" in answer.location
        (review,) = queries.reviews_of_proposals([proposal.id])
        assert (review.reviewer_id, review.state) == (person.id, "accepted")
        assert CANARY not in text_of(client.get(f"/reviews/{review.id}/sheet", follow_redirects=True))
        assert CANARY in text_of(sign_in(client, person).get(f"/reviews/{review.id}/sheet"))

    @pytest.mark.parametrize(
        "over", [{"no_conflict": ""}, {"signed_as": ""}, {"signed_as": " "}, {"signed_as": "x" * 121}]
    )
    def test_not_without_declaration_and_agreement(self, session, client, link, proposal, over):
        values = {k: v for k, v in {"no_conflict": "y", "signed_as": "Nora", **over}.items() if v}
        answer = client.act(f"{link}/accept", **values)
        assert answer.status_code == 422
        assert not queries.reviews_of_proposals([proposal.id])
        assert identity_queries.person_by_email(EMAIL) is None

    @pytest.mark.parametrize("how", ["conflict", "member", "staff", "suspended"])
    def test_to_whom_the_proposal_is_closed_nothing_opens(self, session, client, link, proposal, how):
        person = make_person(email=EMAIL, suspended_at=clock.now() if how == "suspended" else None)
        if how == "conflict":
            make_conflict(person, proposal)
        elif how == "member":
            make_member(proposal.organisation, person=person)
        elif how == "staff":
            make_grant(proposal.call.programme, person, "officer")
        session.commit()
        assert "closed to you" in text_of(client.get(accept(client, link).location))
        assert not queries.reviews_of_proposals([proposal.id])
        session.expire_all()
        assert session.query(ReviewInvitation).one().answer == "conflicted"

    def test_somebody_elses_session_gains_nothing(self, session, client, sign_in, link, proposal):
        stranger = make_person(name="Stranger")
        session.commit()
        accept(sign_in(client, stranger), link)
        (review,) = queries.reviews_of_proposals([proposal.id])
        assert review.reviewer_id != stranger.id
        assert client.get(f"/reviews/{review.id}").status_code == 404


class TestNo:
    def test_declining_makes_no_account(self, session, client, link, proposal, officer):
        people = session.query(Person).count()
        answer = client.fill(link, f"{link}/decline", reason="No time.", suggestion="Ben of Lake Institute")
        assert "Thank you" in text_of(client.get(answer.location))
        row = session.query(ReviewInvitation).one()
        assert row.answer == "declined"
        assert "No time." in row.reason
        assert "Ben of Lake Institute" in row.reason
        assert session.query(Person).count() == people
        assert not queries.reviews_of_proposals([proposal.id])
        tell(session, "review_invitation.declined")
        mails = list(session.query(EmailDelivery).filter_by(event_name="review_invitation.declined"))
        assert officer.id in {mail.person_id for mail in mails}
        assert all(mail.params["reviewer"] == "Nora Reader" and "No time." not in str(mail.params) for mail in mails)

    def test_a_conflict_makes_no_account(self, session, client, link, proposal):
        people = session.query(Person).count()
        client.fill(link, f"{link}/conflict", note="I wrote it.")
        assert session.query(ReviewInvitation).one().answer == "conflicted"
        assert session.query(Person).count() == people
        assert session.query(OutboxEvent).filter_by(name="review_invitation.conflicted").count() == 1

    def test_the_reason_may_be_empty_and_not_endless(self, session, client, link):
        assert client.fill(link, f"{link}/decline", reason="x" * 2001).status_code == 422
        assert client.fill(link, f"{link}/decline", suggestion="x" * 301).status_code == 422
        assert client.fill(link, f"{link}/decline", reason="").status_code == 303

    @pytest.mark.parametrize(("verb", "said"), [("decline", "You have declined"), ("conflict", "That is no fault")])
    def test_who_clicks_twice_is_thanked_too(self, session, client, link, verb, said):
        values = client.form(link, f"{link}/{verb}")["values"]
        answers = [client.post(f"{link}/{verb}", data=values) for _ in range(2)]
        assert [said in text_of(client.get(answer.location)) for answer in answers] == [True, True]


class TestOfThePool:
    @pytest.fixture
    def review(self, session, proposal, officer):
        review = services.invite(
            proposal=proposal, reviewer=make_reviewer(proposal.call, name="Ana"), due_at=clock.now() + timedelta(days=9),
            actor=actor_of(officer),
        )  # fmt: skip
        session.commit()
        return review

    def test_one_mail_with_a_link_and_one_notice_without(self, session, review):
        tell(session, "review.invited", "review.asked")
        (mail,) = session.query(EmailDelivery).filter(EmailDelivery.event_name.like("review.%"))
        assert (mail.event_name, mail.person_id) == ("review.asked", review.reviewer_id)
        assert mail.path.startswith("/reviews/invitations/")
        notices = list(session.query(Notification).filter_by(person_id=review.reviewer_id))
        assert [n.path for n in notices] == [f"/reviews/{review.id}"]
        events = session.query(OutboxEvent).filter_by(name="review.asked")
        assert all("token_path" not in e.payload for e in events), "the secret is erased from the event"

    @pytest.mark.parametrize(("verb", "state"), [("decline", "declined"), ("conflict", "conflicted")])
    def test_no_without_signing_in(self, session, client, review, verb, state):
        link = link_to(review)
        assert "Thank you" in text_of(client.get(client.fill(link, f"{link}/{verb}").location))
        session.expire_all()
        assert queries.get_review(review.id).state == state
        assert client.get(link).status_code == 410

    def test_yes_without_signing_in(self, session, client, review):
        link = link_to(review)
        assert "/sign-in" in accept(client, link, signed_as="Ana").location
        session.expire_all()
        assert queries.get_review(review.id).state == "accepted"

    def test_who_answered_here_cannot_answer_by_the_link(self, session, client, review):
        link = link_to(review)
        services.decline(review=review, reason="No.", actor=actor_of(review.reviewer))
        session.commit()
        assert client.get(link).status_code == 410
        assert client.act(f"{link}/accept", no_conflict="y", signed_as="Ana").status_code == 410

    def test_an_unconfirmed_address_gets_no_mail(self, session, proposal, officer):
        ana = make_reviewer(proposal.call, verified=False)
        services.invite(
            proposal=proposal, reviewer=ana, due_at=clock.now() + timedelta(days=9), actor=actor_of(officer)
        )
        session.commit()
        tell(session, "review.invited", "review.asked")
        assert not session.query(EmailDelivery).filter_by(event_name="review.asked").count()


class TestDeadLinks:
    def test_all_the_same_to_whoever_tries(self, session, frozen, client, proposal, officer):
        def fresh(n):
            return ask(proposal, officer, email=f"reader{n}@example.org")

        used, withdrawn, replaced, late = (fresh(n) for n in range(4))
        links = [link_of(one) for one in (used, withdrawn, replaced, late)]
        session.commit()
        client.fill(links[0], f"{links[0]}/decline")
        services.withdraw(invitation=db.session.get(ReviewInvitation, withdrawn.id), actor=actor_of(officer))
        fresh(2)
        session.commit()
        frozen(clock.now() + timedelta(days=15))
        wrong = "/reviews/invitations/" + "x" * 43
        pages = []
        for link in (*links, wrong, "/reviews/invitations/%00", "/reviews/invitations/é"):
            answer = client.get(link)
            assert answer.status_code in {410, 400} if "%00" in link else answer.status_code == 410
            if answer.status_code == 410:
                pages.append(text_of(answer))
            for verb in ("accept", "decline", "conflict"):
                assert client.act(f"{link}/{verb}", no_conflict="y", signed_as="N").status_code in {410, 400}
        assert len(set(pages)) == 1

    def test_not_after_the_proposal_was_passed_on(self, session, client, link, proposal):
        proposal = proposals_queries.get_proposal(proposal.id)
        setattr(proposal, "state", "deciding")  # noqa: B010 - a test may begin anywhere
        session.commit()
        assert client.get(link).status_code == 410

    def test_too_many_tries_wait(self, session, client):
        for _ in range(3):
            client.act("/reviews/invitations/wrong/decline")
        assert session.query(AttemptCount).filter(AttemptCount.key.like("answer_address:%")).one().count == 3
        session.query(AttemptCount).update({"count": 300})
        session.commit()
        assert client.act("/reviews/invitations/wrong/decline").status_code == 429


def test_only_the_hash_is_kept(session, link):
    token = link.rsplit("/", 1)[-1]
    row = session.query(ReviewInvitation).one()
    assert token not in str({c.name: getattr(row, c.name) for c in row.__table__.columns})
    assert all(token not in str(e.detail) for e in session.query(AuditEntry))


def tell(session, *names):
    """Write the mails and notices of these events, as a worker would."""
    for event in session.query(OutboxEvent).filter(OutboxEvent.name.in_(names)):
        telling.tell(event)
    session.commit()
