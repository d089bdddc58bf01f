"""A double blind call with forty identities planted in it, and who may come across each of them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta

from app.core import clock, files
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.identity.models import Person
from app.proposals.models import Proposal, ProposalFile
from app.proposals.snapshot import SealedFile
from app.reviews import services
from app.reviews.models import Review, ReviewerProfile
from tests.core.test_stripping import pdf
from tests.factories.identity import actor_of, make_member
from tests.factories.reviews import full_sheet, reload
from tests.twins.worlds import Builder, World

STAFF = frozenset({"officer", "manager", "auditor"})
READS_POOL = STAFF | {"inside"}  # an officer whose own organisation applies, too, knows who reviews for the programme
READERS = ("reviewer", "second", "third", "fourth", "fifth")
NAMES = ("Aoife Quarrington", "Bongani Sithebe", "Chiara Vandelli", "Dmitri Olshanski", "Emeka Nwachukwu")


@dataclass
class Planted:
    """The world, and canary → who may find it."""

    builder: Builder
    canaries: dict[str, frozenset[str]] = field(default_factory=dict)

    def plant(self, text: str, *may: str) -> str:
        self.canaries[text] = frozenset(may)
        return text


def build() -> tuple[World, dict[str, frozenset[str]]]:
    """Two applicants, five reviewers in every state, staff, one of whom works for an applicant."""
    planted = Planted(Builder("double"))
    builder = planted.builder
    builder.person("auditor", "Auditor Known", "auditor")
    first = _applicant(planted, "applicant", "Umoja Wolframite", "Fatuma Balibuno", "Safer pits at Numbi")
    other = _applicant(planted, "rival", "Tumaini Cassiterite", "Gaspard Lwambo", "Cleaner gold at Misisi")
    inside = builder.person("inside", "Officer Inside", "officer")
    make_member(first.organisation, "viewer", inside)
    readers = [_reader(planted, part, name) for part, name in zip(READERS, NAMES, strict=True)]
    _work(planted, first, other, readers)
    world = builder.world("", "officer", *(part for part in builder.people if not part.startswith("holder")))
    return world, planted.canaries


def _reader(planted: Planted, part: str, name: str) -> Person:
    """A reviewer whose name and address only the staff and they themselves may read."""
    builder = planted.builder
    person = builder.people.get(part) or builder.person(part, name, "reviewer")
    person.name, person.email = name, f"{name.split()[0].lower()}@{name.split()[1].lower()}.example"
    person.email_key = person.email
    db.session.flush()
    planted.plant(person.name, part, *READS_POOL)
    planted.plant(person.email, part, *READS_POOL)
    employer = planted.plant(f"{name.split()[1]} Institute", part, *READS_POOL)
    db.session.add(ReviewerProfile(programme_id=builder.call.programme_id, person_id=person.id, employer=employer))
    db.session.flush()
    return person


def _applicant(planted: Planted, part: str, name: str, owner: str, title: str) -> Proposal:
    """An organisation with people, partners and a file, each of which tells who it is."""
    builder = planted.builder
    own = (part, f"{part}_editor", "inside")  # one is their own, the other they oversee
    organisation = builder.organisation(part, planted.plant(name, *own, "committee_member", *STAFF))
    builder.people[part].name = planted.plant(owner, *own, *STAFF)
    builder.people[f"{part}_editor"].name = planted.plant(f"{owner} Junior {part.title()}", *own, *STAFF)
    for one in (part, f"{part}_editor"):
        address = f"{one.replace('_', '-')}@{name.split()[0].lower()}-mail.example"
        builder.people[one].email = builder.people[one].email_key = planted.plant(address, *own, *STAFF)
    organisation.registration_number = planted.plant(f"CD-{name.split()[0].upper()}-77", *own, *STAFF)
    organisation.website = "https://" + planted.plant(f"www.{name.split()[0].lower()}-site.example", *own, *STAFF)
    partner = planted.plant(f"{name.split()[0]} Smelting Partner", *own, "committee_member", *STAFF)
    contact = planted.plant(f"contact-{part}@{name.split()[0].lower()}.example", *own, "committee_member", *STAFF)
    file_name = planted.plant(f"{name.split()[1]} statutes {part}.pdf", *own, "committee_member", *STAFF)
    partners = [{"name": partner, "role": "lead", "supply_chain": "yes"}]
    sealed, row = _file(planted, file_name)
    proposal = builder.proposal(
        organisation, title, files=(sealed,), answers={"partners": partners, "contact_email": contact}
    )
    row.stage_submission_id = proposal.stages[-1].id
    db.session.flush()
    return reload(proposal)


def _file(planted: Planted, name: str) -> tuple[SealedFile, ProposalFile]:
    stored = files.store(io.BytesIO(pdf()), name, SYSTEM_ACTOR)
    part = f"holder{len(planted.canaries)}"
    holder = planted.builder.proposal(planted.builder.organisation(part, f"Union {part}"), "Holder")
    row = ProposalFile(stage_submission_id=holder.stages[-1].id, question_id="annex", file_id=stored.id)
    db.session.add(row)
    db.session.flush()
    return SealedFile(str(row.id), "annex", name, stored.sha256, stored.size, stored.media_type), row


def _work(planted: Planted, first: Proposal, other: Proposal, readers: list[Person]) -> None:
    """Handed in, being written, declined, stepped back from, not answered; with notes that tell who wrote them."""
    builder = planted.builder
    one, two, three, four, five = readers
    _hand_in(planted, builder.ask(first, one), "reviewer")
    _hand_in(planted, builder.ask(other, two), "second")
    draft = builder.ask(first, two)
    services.accept(review=draft, no_conflict=True, signed_as=two.name, actor=actor_of(two))
    note = planted.plant("Private thought of the second reader", "second")
    services.save_scores(review=draft, changes=full_sheet(note_to_staff=note), actor=actor_of(two))
    services.decline(
        review=builder.ask(first, three),
        reason=planted.plant("No time: I am moving to Tshopo", *STAFF),
        actor=actor_of(three),
    )
    services.declare_conflict(
        review=builder.ask(first, four),
        note=planted.plant("A cousin of mine, Thierry, works there", *STAFF),
        actor=actor_of(four),
    )
    builder.ask(other, five)
    services.ask(
        proposal=reload(other),
        name=planted.plant("Henrike Zabłocka", *READS_POOL),
        email=planted.plant("henrike@zablocka.example", *READS_POOL),
        locale="en",
        due_at=clock.now() + timedelta(days=14),
        message="",
        actor=actor_of(builder.people["officer"]),
    )


def _hand_in(planted: Planted, review: Review, part: str) -> None:
    me = actor_of(review.reviewer)
    services.accept(review=review, no_conflict=True, signed_as=review.reviewer.name, actor=me)
    note = planted.plant(f"For the staff alone, from {part}", part, *(STAFF if part == "reviewer" else READS_POOL))
    services.save_scores(review=review, changes=full_sheet(note_to_staff=note), actor=me)
    services.submit(review=review, actor=me)
