"""Who hears about an event: one function for each group of people. A conflict of interest closes a person's ears too."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.calls import queries as calls
from app.identity import queries as identity
from app.identity.models import Person
from app.notifications import queries
from app.notifications.subjects import Subject
from app.proposals import queries as proposals
from workflows.actors import COMMITTEE_MEMBER, CONTRIBUTOR, EDITOR, FINANCE, MANAGER, OFFICER, OWNER


@dataclass(frozen=True)
class Listener:
    """One receiver: a person with an account, or an address that has none yet.

    Who has not confirmed the address reads notices here and gets no mail: it might be somebody else's.
    """

    person_id: uuid.UUID | None
    address: str
    name: str
    locale: str
    by_mail: bool = True

    @classmethod
    def of(cls, person: Person) -> Listener:
        return cls(person.id, person.email, person.name, person.locale)


Audience = Callable[[Subject], list[Listener]]


def _listeners(people: Iterable[Person]) -> list[Listener]:
    """Only people who can sign in; mails only to addresses that are known to be theirs."""
    here = (p for p in people if p.suspended_at is None)
    return [replace(Listener.of(p), by_mail=p.email_verified_at is not None) for p in here]


def _members(subject: Subject, *roles: str) -> list[Listener]:
    organisation = subject.organisation
    return _listeners(m.person for m in identity.members_of(organisation.id, *roles)) if organisation else []


def _with_role(subject: Subject, *roles: str) -> list[Listener]:
    """Holders of a programme role, without those who have a conflict of interest with the proposal."""
    if subject.call is None:
        return []
    return _listeners(_unconflicted(identity.people_with_role(subject.call.programme_id, *roles), subject))


def _unconflicted(people: Iterable[Person], subject: Subject) -> Iterable[Person]:
    """Those of them who have no conflict of interest with the proposal."""
    proposal = subject.proposal
    return (p for p in people if proposal is None or not proposals.has_conflict(p.id, proposal))


def the_person(subject: Subject) -> list[Listener]:
    """The person whom the event is about; for sign-in matters also while the address is not confirmed."""
    return [Listener.of(subject.thing)] if subject.thing.suspended_at is None else []


def invitee(subject: Subject) -> list[Listener]:
    """The address that an invitation went to, whether it has an account or not."""
    person = identity.person_by_email(subject.thing.email)
    if person is not None:
        return [Listener.of(person)] if person.suspended_at is None else []
    return [Listener(None, subject.thing.email, "", "en")]


def applicants(subject: Subject) -> list[Listener]:
    """Who writes the proposal: for the applicant organisation, or as one who was invited to write."""
    return _members(subject, OWNER, EDITOR) + _collaborators(subject, EDITOR, CONTRIBUTOR)


def _collaborators(subject: Subject, *roles: str) -> list[Listener]:
    found = proposals.collaborators_of(subject.proposal.id, *roles) if subject.proposal else []
    return _listeners(one.person for one in found)


def asked_to_lead(subject: Subject) -> list[Listener]:
    """The member who is asked to lead a proposal, until the question is answered."""
    return _listeners([subject.thing.to_person]) if subject.thing.outcome == "open" else []


def who_take_part(subject: Subject) -> list[Listener]:
    """Who takes part in the talk about answers, and who leads the proposal; only people of the applicant's side."""
    assert subject.proposal is not None
    told_at = datetime.fromisoformat(subject.event.payload["told_at"])
    lead = {subject.proposal.lead_id}
    people = {p.id: p for p in proposals.people_told_of(subject.thing.id, told_at, lead)}
    members = identity.members_of(subject.proposal.organisation_id)
    own = {m.person_id for m in members} | {c.person_id for c in proposals.collaborators_of(subject.proposal.id)}
    return _listeners(p for ident, p in people.items() if ident in own)


def signers(subject: Subject) -> list[Listener]:
    """Who may sign the proposal off, beside the one who asked for it."""
    found = proposals.people_who_sign(subject.proposal) if subject.proposal else []
    asker = getattr(subject.thing, "sign_off_asked_by_id", None)
    return _listeners(person for person in found if person.id != asker)


def applicants_when_decided_by_somebody(subject: Subject) -> list[Listener]:
    """The applicants, unless the system only followed up on a step they hear of anyway."""
    return applicants(subject) if subject.event.actor_id is not None else []


def signatories(subject: Subject) -> list[Listener]:
    """Who signs for the organisation."""
    return _members(subject, OWNER)


def sender_of_file(subject: Subject) -> list[Listener]:
    """Who sent a file."""
    person = identity.get_person(subject.thing.uploaded_by_id)
    return _listeners([person] if person else [])


def document_keepers(subject: Subject) -> list[Listener]:
    """Who may renew a document of the organisation."""
    return _members(subject, OWNER, EDITOR)


def grantee(subject: Subject) -> list[Listener]:
    """Who works for the organisation that holds the award."""
    return _members(subject, OWNER, EDITOR)


def staff(subject: Subject) -> list[Listener]:
    """Officers and managers of the programme."""
    return _with_role(subject, OFFICER, MANAGER)


def staff_who_know_it(subject: Subject) -> list[Listener]:
    """The staff, of a proposal that was submitted at some time; a draft does not exist for them."""
    known = subject.proposal is not None and any(stage.sealed_number for stage in subject.proposal.stages)
    return staff(subject) if known else []


def managers(subject: Subject) -> list[Listener]:
    """Managers of the programme."""
    return _with_role(subject, MANAGER)


def committee(subject: Subject) -> list[Listener]:
    """Who votes on the programme's funding decisions."""
    return _with_role(subject, COMMITTEE_MEMBER)


def finance(subject: Subject) -> list[Listener]:
    """Who releases the programme's money."""
    return _with_role(subject, FINANCE)


def reviewer(subject: Subject) -> list[Listener]:
    """The person a review was assigned to."""
    return _listeners(_unconflicted([subject.thing.reviewer], subject))


def asked_to_review(subject: Subject) -> list[Listener]:
    """The address that is asked to review, until it is answered or taken back; nobody to whom the proposal is closed."""
    asked = subject.thing
    if asked.answer or asked.withdrawn_at is not None:
        return []
    person = asked.review.reviewer if asked.review is not None else identity.person_by_email(asked.email)
    if person is not None:
        return _listeners(_unconflicted([person], subject))
    return [Listener(None, asked.email, asked.name, asked.locale)]


def nudged(subject: Subject) -> list[Listener]:
    """The reviewer asked after open reviews, while any of them is still open and not closed by a conflict of interest."""
    return _listeners([subject.thing.person]) if queries.reviews_named_in(subject.event) else []


def reviewers(subject: Subject) -> list[Listener]:
    """Everybody who is reviewing the proposal now."""
    found = queries.people_reviewing(subject.proposal.id) if subject.proposal else []
    return _listeners(_unconflicted(found, subject))


def reviewers_in_discussion(subject: Subject) -> list[Listener]:
    """Who may read the discussion of the proposal: its reviewers who have handed in a sheet."""
    found = queries.people_discussing(subject.proposal.id) if subject.proposal else []
    return _listeners(_unconflicted(found, subject))


def reviewers_with_sheets(subject: Subject) -> list[Listener]:
    """Reviewers of the call who have handed in a sheet."""
    return _listeners(queries.people_with_sheets(subject.call.id, queries.HANDED_IN)) if subject.call else []


def reviewers_with_open_sheets(subject: Subject) -> list[Listener]:
    """Reviewers of the call who have accepted and not handed in yet."""
    return _listeners(queries.people_with_sheets(subject.call.id, queries.BEGUN)) if subject.call else []


def applicants_of_call(subject: Subject) -> list[Listener]:
    """Who writes for an organisation that applies in the call."""
    return _listeners(queries.applicants_of_call(subject.call.id)) if subject.call else []


def possible_applicants(subject: Subject) -> list[Listener]:
    """Who writes for any organisation here; the programme's own people are told as staff."""
    assert subject.call is not None
    own = {p.id for p in identity.people_with_role(subject.call.programme_id, OFFICER, MANAGER)}
    return _listeners(p for p in queries.people_who_apply() if p.id not in own)


def applicants_addressed(subject: Subject) -> list[Listener]:
    """The applicants, when the programme wrote to them."""
    return applicants(subject) if subject.event.payload.get("side") == "programme" else []


def staff_addressed(subject: Subject) -> list[Listener]:
    """The staff, when the applicants wrote to them."""
    return staff(subject) if subject.event.payload.get("side") == "applicant" else []


def told_of_news(subject: Subject) -> list[Listener]:
    """Who works on a proposal of the call, and who asked about it."""
    return _listeners(queries.people_to_announce_to(subject.call.id)) if subject.call else []


def asker(subject: Subject) -> list[Listener]:
    """The person who asked the question that was answered."""
    question = calls.get_question(uuid.UUID(subject.event.payload["question_id"]))
    person = identity.get_person(question.asked_by_id) if question else None
    return _listeners([person]) if person else []
