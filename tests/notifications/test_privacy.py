"""Canaries: what applicants must not learn stands in no byte of any mail or notice they get."""

from __future__ import annotations

import base64
import quopri

from app.decisions import services as decisions
from app.decisions.queries import get_decision
from app.extensions import db
from app.reviews.queries import reviews_of_proposals
from tests.factories.decisions import make_decision, make_manager
from tests.factories.identity import actor_of, make_organisation, make_person
from tests.factories.notifications import deliver, mails, notices
from tests.factories.reviews import make_assessed_proposal, make_assessing_call, make_tabled_proposal

REVIEWER, OTHER, OFFICER, NOTE = "CanaryReviewer", "CanaryOther", "CanaryOfficer", "CanaryNote"
SECRETS = (REVIEWER, OTHER, OFFICER, NOTE)


def everything_in(message) -> str:
    """All bytes of a mail, also those in transport encodings."""
    raw = message.as_bytes()
    parts = [part.get_payload(decode=True) or b"" for part in message.walk() if not part.is_multipart()]
    return b" ".join([raw, quopri.decodestring(raw), *parts]).decode("utf-8", "replace")


def make_world():
    """An announced decision in a call with another applicant; everybody but Ada carries a canary. Returns Ada."""
    call = make_assessing_call()
    ada = make_person(name="Ada Obi", email="ada@example.org")
    rival = make_organisation(owner=make_person(name=OTHER), name=OTHER)
    make_assessed_proposal(call=call, organisation=rival, title=OTHER)
    proposal = make_tabled_proposal(call=call, organisation=make_organisation(owner=ada))
    for review in reviews_of_proposals([proposal.id]):
        review.reviewer.name, review.note_to_staff = REVIEWER, NOTE
    manager = make_manager(call)
    manager.name = OFFICER
    decision = make_decision(proposal=proposal, state="ratified", rationale=NOTE, feedback="Good.")
    decisions.announce(decisions=[get_decision(decision.id)], actor=actor_of(manager))
    db.session.commit()
    deliver()
    return ada


def test_applicants_learn_nothing_of_reviewers_staff_or_others(app):
    ada = make_world()
    others = [str(n.params) for n in notices() if n.person_id != ada.id]
    assert any(REVIEWER in text for text in others), "there is no canary to find"
    got = [everything_in(m) for m in mails(ada.email)] + [str(n.params) + n.path for n in notices(ada)]
    assert any("is awarded" in text for text in got)
    for text in got:
        assert not [secret for secret in SECRETS if secret.lower() in text.lower()]
        assert not [s for s in SECRETS if base64.b64encode(s.encode()).decode()[:12] in text]


def test_a_mail_names_one_receiver_only(app):
    make_assessing_call()
    people = [make_person() for _ in range(3)]
    for person in people:
        make_organisation(owner=person)
    db.session.commit()
    deliver()
    for message in mails():
        others = {p.email for p in people} - {str(message["To"])}
        assert not [address for address in others if address in everything_in(message)]
    assert len(mails()) >= 3
