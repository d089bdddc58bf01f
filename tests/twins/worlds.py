"""The pairs of worlds: each builds the same call, proposals and reviews, with one or the other person or organisation."""

from __future__ import annotations

import copy
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from app.calls.models import Call
from app.core import clock, files
from app.core.types import SYSTEM_ACTOR
from app.decisions import services as decisions_services
from app.decisions.models import Decision
from app.extensions import db
from app.identity.models import Organisation, Person
from app.proposals.models import Proposal, ProposalFile
from app.proposals.snapshot import SealedFile
from app.reviews import services
from app.reviews.models import Review
from tests.core.test_stripping import pdf
from tests.factories.calls import PARTNERS, call_document
from tests.factories.decisions import make_decision
from tests.factories.identity import actor_of, make_grant, make_member, make_organisation, make_person, make_programme
from tests.factories.notifications import deliver, mails
from tests.factories.reviews import full_sheet, make_assessed_proposal, make_assessing_call, reload

STAGES = ("quick_scan", "full_proposal")


@dataclass
class World:
    """What was built: people by part, the values that arguments of routes can have, and whom it is about."""

    people: dict[str, uuid.UUID]
    known: dict[str, list[object]]
    secret: str
    cleared: str
    uncleared: tuple[str, ...]
    addresses: dict[str, str] = field(default_factory=dict)

    def mails_to(self, name: str) -> list[str]:
        """Every mail that this person got: headers that tell something, and the text."""
        address = self.addresses.get(name)
        found = mails(address) if address else []
        return [f"{m['From']}\n{m['Reply-To']}\n{m['Subject']}\n{m.as_string()}" for m in found]


@dataclass(frozen=True)
class Pair:
    """Two worlds, built with 0 and 1."""

    name: str
    build: Callable[[int], World]


class Builder:
    """Founds the programme with its people, and keeps what was made."""

    def __init__(self, blind: str) -> None:
        self.people: dict[str, Person] = {}
        programme = make_programme(code="TWINS", name="Twin programme")
        stages = copy.deepcopy(call_document()["stages"])
        stages[-1]["form"]["sections"][0]["questions"][0] = {**PARTNERS, "hidden_when_blind": True}
        process = {"reviews_wanted": 2, "quorum": 1, "blind": blind, "discussion": True}
        self.call = make_assessing_call(programme=programme, process=process, stages=stages)
        for role in ("manager", "officer", "committee_member", "finance", "reviewer"):
            self.person(role, f"{role.replace('_', ' ').title()} Known", role)
        self.person("second", "Second Reviewer", "reviewer")

    def person(self, part: str, name: str, *roles: str) -> Person:
        address = f"{part.replace('_', '.')}@twins.example"
        person = make_person(name=name, email=address)
        for role in roles:
            make_grant(self.call.programme, person, role)
        self.people[part] = person
        return person

    def organisation(self, part: str, name: str) -> Organisation:
        """With an owner (``part``) and an editor."""
        organisation = make_organisation(owner=self.person(part, f"Owner of {name}"), name=name)
        make_member(organisation, "editor", self.person(f"{part}_editor", f"Editor of {name}"))
        return organisation

    def proposal(self, organisation: Organisation, title: str, **over: object) -> Proposal:
        return make_assessed_proposal(call=self.call, organisation=organisation, title=title, **over)

    def ask(self, proposal: Proposal, reviewer: Person) -> Review:
        return services.invite(
            proposal=reload(proposal),
            reviewer=reviewer,
            due_at=clock.now() + timedelta(days=14),
            actor=actor_of(self.people["officer"]),
        )

    def score(self, review: Review, scores: dict[str, int]) -> None:
        """Accept, fill in and hand in."""
        me = actor_of(review.reviewer)
        services.accept(review=review, no_conflict=True, signed_as=review.reviewer.name, actor=me)
        services.save_scores(review=review, changes=full_sheet(scores), actor=me)
        services.submit(review=review, actor=me)

    def announce(self, proposal: Proposal) -> None:
        """Table, propose, vote, ratify and announce."""
        services.table(proposal=reload(proposal), actor=actor_of(self.people["officer"]))
        decision = make_decision(proposal=proposal, proposer=self.people["officer"], feedback="A good plan.")
        decisions_services.vote(decision=decision, choice="for", actor=actor_of(self.people["committee_member"]))
        decisions_services.ratify(decision=decision, actor=actor_of(self.people["manager"]))
        decisions_services.announce(decisions=[decision], actor=actor_of(self.people["manager"]))

    def world(self, secret: str, cleared: str, *uncleared: str) -> World:
        db.session.commit()
        deliver()
        return World(
            people={name: person.id for name, person in self.people.items()},
            known=self._known(),
            secret=secret,
            cleared=cleared,
            uncleared=("nobody", *uncleared),
            addresses={name: person.email for name, person in self.people.items()},
        )

    def _known(self) -> dict[str, list[object]]:
        def ids(model: type) -> list[object]:
            return list(db.session.scalars(select(model.id).order_by(model.id)))  # type: ignore[attr-defined]

        call: Call = self.call
        return {
            "proposal_id": ids(Proposal),
            "review_id": ids(Review),
            "decision_id": ids(Decision),
            "call_id": [call.id],
            "programme_id": [call.programme_id],
            "file_id": ids(ProposalFile),
            "code": [call.code],
            "key": [STAGES[-1]],
            "stage": [STAGES[-1]],
            "number": [1],
            "organisation_id": ids(Organisation),
            "person_id": [person.id for person in self.people.values()],
            "ident": [*ids(Organisation)[:4], *(person.id for person in list(self.people.values())[-4:])],
            "year": [clock.now().year],
        }


def _two(builder: Builder) -> tuple[Proposal, Proposal]:
    first = builder.proposal(builder.organisation("applicant", "Kivu Cooperative"), "Safer pits at Numbi")
    other = builder.proposal(builder.organisation("rival", "Lualaba Union"), "Cleaner gold at Misisi")
    return first, other


def _pool(builder: Builder, which: int) -> tuple[Person, Person]:
    """Two reviewers of the programme; the world decides which of them does the work."""
    pool = [builder.person("wanjiru", "Wanjiru Kamau", "reviewer"), builder.person("ines", "Inés Quispe", "reviewer")]
    return pool[which], pool[1 - which]


OUTSIDE = ("applicant", "rival", "second", "committee_member")


def who_reviews(which: int) -> World:
    """One of two reviewers scored; the other was never asked."""
    builder = Builder("single")
    first, other = _two(builder)
    chosen, _ = _pool(builder, which)
    for proposal in (first, other):
        builder.score(builder.ask(proposal, builder.people["second"]), {"A1": 3, "A2": 4, "B1": 4})
    builder.score(builder.ask(first, chosen), {"A1": 5, "A2": 4, "B1": 2})
    return builder.world(chosen.name, "officer", *OUTSIDE)


def who_reviews_which(which: int) -> World:
    """Both reviewers work, on one or the other proposal; the scores of a proposal are the same."""
    builder = Builder("single")
    first, other = _two(builder)
    one, two = _pool(builder, which)
    builder.score(builder.ask(first, one), {"A1": 5, "A2": 4, "B1": 2})
    builder.score(builder.ask(other, two), {"A1": 2, "A2": 3, "B1": 4})
    builder.score(builder.ask(first, builder.people["second"]), {"A1": 4, "A2": 4, "B1": 4})
    return builder.world(one.name, "officer", *OUTSIDE)


def who_declined(which: int) -> World:
    """One of two people was asked and declined, or had a conflict of interest."""
    builder = Builder("single")
    first, other = _two(builder)
    one, two = _pool(builder, which)
    services.decline(review=builder.ask(first, one), reason="No time.", actor=actor_of(one))
    services.declare_conflict(review=builder.ask(other, two), note="A cousin.", actor=actor_of(two))
    builder.score(builder.ask(first, builder.people["second"]), {"A1": 4, "A2": 4, "B1": 4})
    return builder.world(one.name, "officer", *OUTSIDE)


def who_reviewed_what_is_announced(which: int) -> World:
    """The whole way to the result that the applicant reads; an officer who works for the applicant looks on too."""
    builder = Builder("single")
    first, other = _two(builder)
    inside = builder.person("inside", "Officer Inside", "officer")
    make_member(first.organisation, "viewer", inside)
    chosen, _ = _pool(builder, which)
    builder.score(builder.ask(first, builder.people["second"]), {"A1": 3, "A2": 4, "B1": 4})
    builder.score(builder.ask(first, chosen), {"A1": 5, "A2": 4, "B1": 4})
    builder.ask(other, builder.people["second"])
    builder.announce(first)
    return builder.world(chosen.name, "manager", "inside", *OUTSIDE)


NAMES = ("Quellwasser Cooperative", "Mwamba Miners Union")


def _annex(builder: Builder, organisation: str) -> tuple[bytes, str]:
    """A file whose name and inside tell who made it."""
    return pdf().replace(b"Marguerite-Canary", organisation.split()[0].ljust(17, "x").encode()), f"{organisation}.pdf"


def _blind(which: int) -> tuple[Builder, Proposal, str]:
    builder = Builder("double")
    name, other = NAMES[which], NAMES[1 - which]
    organisation = builder.organisation("applicant", name)
    builder.organisation("rival", other)
    content, file_name = _annex(builder, name)
    stored = files.store(io.BytesIO(content), file_name, SYSTEM_ACTOR)
    first = builder.proposal(builder.organisation("third", "Third Union"), "Another plan")
    row = ProposalFile(stage_submission_id=first.stages[-1].id, question_id="annex", file_id=stored.id)
    db.session.add(row)
    db.session.flush()
    sealed = SealedFile(str(row.id), "annex", file_name, stored.sha256, stored.size, stored.media_type)
    partners = [{"name": f"{name} Smelting", "role": "lead", "supply_chain": "yes"}]
    proposal = builder.proposal(organisation, "Safer pits", files=(sealed,), answers={"partners": partners})
    row.stage_submission_id = proposal.stages[-1].id
    db.session.flush()
    return builder, proposal, name


def who_applies(which: int) -> World:
    """In double blind review one or the other organisation applies with the same text; reviewers are at work."""
    builder, proposal, name = _blind(which)
    builder.ask(proposal, builder.people["reviewer"])
    review = builder.ask(proposal, builder.people["second"])
    services.accept(
        review=review, no_conflict=True, signed_as="Second Reviewer", actor=actor_of(builder.people["second"])
    )
    return builder.world(name, "officer", "reviewer", "second", "third")


def who_applied_and_won(which: int) -> World:
    """In double blind review up to the announced award."""
    builder, proposal, name = _blind(which)
    for part, score in (("reviewer", 4), ("second", 5)):
        builder.score(builder.ask(proposal, builder.people[part]), {"A1": score, "A2": 4, "B1": 4})
    builder.announce(proposal)
    return builder.world(name, "manager", "reviewer", "second", "third")


PAIRS = (
    Pair("who reviews", who_reviews),
    Pair("who reviews which", who_reviews_which),
    Pair("who declined or stepped back", who_declined),
    Pair("who reviewed what is announced", who_reviewed_what_is_announced),
    Pair("who applies", who_applies),
    Pair("who applied and won", who_applied_and_won),
)
