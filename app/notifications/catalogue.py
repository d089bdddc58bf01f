"""Who hears what, and how: every event of the system stands here or in ``AUDIT_ONLY``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.notifications import audience as who
from app.notifications import links
from app.notifications.subjects import Subject

EMAIL, IN_APP = "email", "in_app"
BOTH = frozenset({EMAIL, IN_APP})
MAIL = frozenset({EMAIL})
NOTICE = frozenset({IN_APP})


class UnknownEvent(LookupError):
    """An event that neither the catalogue nor ``AUDIT_ONLY`` names; it waits as a dead letter."""


@dataclass(frozen=True)
class Telling:
    """One group of people told about an event in one wording (``templates/email/<event>[/<side>]``).

    ``values`` is the allow-list of what the wording may use. Who caused the event is told only when ``to_actor``.
    """

    audience: who.Audience
    leads_to: Callable[[Subject], str]
    values: tuple[str, ...]
    channels: frozenset[str] = BOTH
    side: str = ""
    to_actor: bool = False
    secret: bool = False


APPLICATION = ("reference", "title", "call")
GRANT = ("reference", "title")
MILESTONE = (*GRANT, "milestone")
PAYMENT = (*GRANT, "milestone", "amount")
REPORT = (*GRANT, "report", "due_on")
REVIEW = ("reference", "title", "call", "due_at")


Link = Callable[[Subject], str]


def _applicants(
    *values: str, to: Link = links.application, channels: frozenset[str] = BOTH, to_actor: bool = False
) -> Telling:
    return Telling(who.applicants, to, APPLICATION + values, channels, to_actor=to_actor)


def _staff(*values: str, to: Link = links.screening, channels: frozenset[str] = BOTH) -> Telling:
    return Telling(who.staff_who_know_it, to, (*APPLICATION, "organisation", *values), channels, side="staff")


def _reviews(*values: str, channels: frozenset[str] = BOTH) -> Telling:
    return Telling(who.staff, links.reviews_of_call, ("reference", "title", "reviewer", *values), channels)


def _grantee(*values: str, to: Link = links.project, channels: frozenset[str] = BOTH) -> Telling:
    return Telling(who.grantee, to, values or GRANT, channels)


def _programme(
    audience: who.Audience,
    *values: str,
    to: Link = links.project,
    channels: frozenset[str] = BOTH,
    side: str = "",
) -> Telling:
    return Telling(audience, to, (*values, "organisation"), channels, side=side)


ACCOUNT = {
    "person.verification_requested": (
        Telling(who.the_person, links.secret, ("works_for",), MAIL, to_actor=True, secret=True),
    ),
    "person.already_registered": (Telling(who.the_person, links.begun, (), MAIL, to_actor=True),),
    "person.password_reset_requested": (
        Telling(who.the_person, links.secret, ("works_for",), MAIL, to_actor=True, secret=True),
    ),
    "person.password_changed": (Telling(who.the_person, links.sign_in, (), MAIL, to_actor=True),),
    "invitation.sent": (Telling(who.invitee, links.secret, ("organisation", "role", "expires"), MAIL, secret=True),),
}

DOCUMENTS = {
    "file.infected": (Telling(who.sender_of_file, links.home, ("file",)),),
    "document.expiring": (Telling(who.document_keepers, links.document, ("organisation", "document", "valid_until")),),
}

CALLS = {
    "call.opened": (
        Telling(who.possible_applicants, links.call, ("call", "stage", "stage_closes")),
        Telling(who.staff, links.call, ("call", "stage", "stage_closes"), NOTICE, side="staff"),
    ),
    "call.closed": (Telling(who.staff, links.call_proposals, ("call",), NOTICE),),
    "call.extended": (
        Telling(who.applicants_of_call, links.call, ("call", "stage", "stage_closes", "reason", "reason_language")),
    ),
    "extension.granted": (
        Telling(who.applicants, links.own_application, ("call", "stage", "stage_closes", "reason"), to_actor=True),
    ),
    "call.cancelled": (Telling(who.applicants_of_call, links.call, ("call",)),),
    "call.announced": (Telling(who.told_of_news, links.call, ("call", "announcement", "announcement_language")),),
    "question.asked": (Telling(who.staff, links.questions, ("call",)),),
    "question.answered": (Telling(who.asker, links.my_questions, ("call",)),),
    "call.form_changed": (_applicants("stage", "form_changes"),),
    "call.closing_soon": (_applicants("stage", "stage_closes"),),
}

TEAM = {
    "proposal.lead_offered": (Telling(who.asked_to_lead, links.team, (*APPLICATION, "asked_by")),),
    "proposal.comment_added": (Telling(who.who_take_part, links.application, ("reference", "title")),),
    "proposal.sign_off_reminder": (Telling(who.signers, links.application, (*APPLICATION, "stage", "stage_closes")),),
}

PROPOSALS = {
    "collaborator.invited": (
        Telling(who.invitee, links.secret, ("title", "call", "organisation", "role", "expires"), MAIL, secret=True),
    ),
    "proposal.sign_off_requested": (Telling(who.signers, links.application, (*APPLICATION, "stage", "stage_closes")),),
    "proposal.submitted": (
        _applicants("stage", "submitted", "digest", "receipt", "stage_closes", to=links.receipt, to_actor=True),
        _staff("stage", channels=NOTICE),
    ),
    "proposal.resubmitted": (
        _applicants("stage", "submitted", "digest", "receipt", "stage_closes", to=links.receipt, to_actor=True),
    ),
    "proposal.draft_reminder": (_applicants("stage", "stage_closes"),),
    "proposal.screening_started": (_applicants(channels=NOTICE),),
    "proposal.accepted": (_applicants("stage"),),
    "proposal.returned": (_applicants("stage", "correct_by"),),
    "proposal.corrected": (
        _applicants("stage", "submitted", "receipt", to=links.receipt, to_actor=True),
        _staff("stage"),
    ),
    "proposal.ineligible": (_applicants("stage"),),
    "advice.given": (_applicants("stage"),),
    "proposal.excluded": (Telling(who.applicants_when_decided_by_somebody, links.application, APPLICATION),),
    "proposal.tabled": (Telling(who.committee, links.decision, APPLICATION, NOTICE),),
    "proposal.awarded": (_applicants(to=links.result),),
    "proposal.reserved": (_applicants(to=links.result),),
    "proposal.declined": (_applicants(to=links.result),),
    "proposal.withdrawn": (
        _applicants(to_actor=True),
        _staff(to=links.application, channels=NOTICE),
        Telling(who.reviewers, links.my_reviews, ("reference", "title"), side="reviewer"),
    ),
    "proposal.message_posted": (
        Telling(who.applicants_addressed, links.application, APPLICATION),
        Telling(who.staff_addressed, links.application, APPLICATION, side="staff"),
    ),
}

REVIEWS = {
    "review.invited": (Telling(who.reviewer, links.review, REVIEW, NOTICE),),
    "review.asked": (Telling(who.asked_to_review, links.secret, (*REVIEW, "message"), MAIL, secret=True),),
    "review_invitation.declined": (_reviews(),),
    "review_invitation.conflicted": (_reviews(),),
    "review.reminder": (Telling(who.reviewer, links.review, REVIEW),),
    "review.due_changed": (Telling(who.reviewer, links.review, REVIEW),),
    "review.nudged": (Telling(who.nudged, links.my_reviews, ("call", "open_reviews")),),
    "review.reopened": (Telling(who.reviewer, links.review, REVIEW),),
    "review.rapporteur_named": (Telling(who.reviewer, links.review, ("reference", "call")),),
    "discussion.message_posted": (
        Telling(who.reviewers_in_discussion, links.my_reviews, ("reference", "call")),
        Telling(who.staff, links.discussion, ("reference", "call"), NOTICE, side="staff"),
    ),
    "review_round.scoring": (Telling(who.reviewers_with_open_sheets, links.my_reviews, ("call",)),),
    "review_round.reading": (Telling(who.reviewers_with_sheets, links.my_reviews, ("call",)),),
    "review_round.discussing": (Telling(who.reviewers_with_sheets, links.my_reviews, ("call",)),),
    "unblinding.requested": (Telling(who.managers, links.unblinding, ("reference", "title")),),
    "unblinding.granted": (Telling(who.staff, links.unblinding, ("reference", "title")),),
    "unblinding.refused": (Telling(who.staff, links.unblinding, ("reference", "title"), NOTICE),),
    "unblinding.taken_back": (Telling(who.staff, links.unblinding, ("reference", "title"), NOTICE),),
    "review.accepted": (_reviews(channels=NOTICE),),
    "review.declined": (_reviews(),),
    "review.conflicted": (_reviews(),),
    "review.conflict_found": (_reviews(),),
    "review.submitted": (_reviews(channels=NOTICE),),
    "review.recused": (
        Telling(who.reviewer, links.my_reviews, ("reference", "title"), side="reviewer"),
        _reviews(),
    ),
}

DECISIONS = {
    "decision.endorsed": (Telling(who.managers, links.decision, ("reference", "title", "call"), NOTICE),),
    "decision.sent_back": (Telling(who.staff, links.decision, ("reference", "title", "call"), NOTICE),),
    "decision.revised": (Telling(who.committee, links.decision, ("reference", "title", "call"), NOTICE),),
    "decision.announced": (Telling(who.committee, links.decision, ("reference", "title", "call"), NOTICE),),
}

PROJECTS = {
    "agreement.sent": (Telling(who.signatories, links.project, GRANT),),
    "agreement.taken_back": (Telling(who.signatories, links.project, GRANT),),
    "agreement.signed": (_programme(who.managers, *GRANT),),
    "agreement.activated": (_grantee(), _programme(who.finance, *GRANT, channels=NOTICE, side="staff")),
    "agreement.completed": (_grantee(),),
    "agreement.terminated": (_grantee(), _programme(who.finance, *GRANT, side="staff")),
    "milestone.due_14": (_grantee(*MILESTONE, "due_on", to=links.milestone),),
    "milestone.due_3": (_grantee(*MILESTONE, "due_on", to=links.milestone),),
    "milestone.reported": (_programme(who.staff, *MILESTONE, to=links.milestone),),
    "milestone.verification_started": (_grantee(*MILESTONE, to=links.milestone, channels=NOTICE),),
    "milestone.returned": (_grantee(*MILESTONE, "due_on", to=links.milestone),),
    "milestone.verified": (_grantee(*MILESTONE, to=links.milestone),),
    "milestone.waived": (_grantee(*MILESTONE, to=links.milestone),),
    "payment.claimable": (_grantee(*PAYMENT, to=links.payment),),
    "payment.requested": (_programme(who.staff, *PAYMENT, to=links.payment),),
    "payment.approved": (
        _programme(who.finance, *PAYMENT, to=links.payment, side="staff"),
        _grantee(*PAYMENT, to=links.payment, channels=NOTICE),
    ),
    "payment.sent_back": (_grantee(*PAYMENT, to=links.payment),),
    "payment.released": (_grantee(*PAYMENT, to=links.payment),),
    "payment.paid": (_grantee(*PAYMENT, to=links.payment, channels=NOTICE),),
    "payment.held": (_grantee(*PAYMENT, to=links.payment),),
    "payment.hold_lifted": (_grantee(*PAYMENT, to=links.payment),),
    "report.due": (_grantee(*REPORT, to=links.report),),
    "report.submitted": (_programme(who.staff, *GRANT, "report", to=links.report),),
    "report.returned": (_grantee(*GRANT, "report", to=links.report),),
    "report.accepted": (_grantee(*GRANT, "report", to=links.report),),
    "payee.changed": (
        Telling(who.signatories, links.project, GRANT, to_actor=True),
        _programme(who.finance, *GRANT, to=links.payee_to_confirm, side="staff"),
    ),
}

CATALOGUE: dict[str, tuple[Telling, ...]] = {
    **ACCOUNT,
    **DOCUMENTS,
    **CALLS,
    **TEAM,
    **PROPOSALS,
    **REVIEWS,
    **DECISIONS,
    **PROJECTS,
}

# Steps that nobody needs to be told of: the record's own timeline shows them.
AUDIT_ONLY = frozenset(
    {
        "call.published",
        "call.assessing",
        "call.decided",
        "call.archived",
        "proposal.sign_off_taken_back",
        "proposal.assessing",
        "proposal.revived",
        "proposal.taken_up",
        "review.started",
        "review.revised",
        "review.let_stand",
        "review_round.recruiting",
        "review_round.closed",
        "review_round.reopened",
        "review.finalised",
        "decision.ratified",
        "payment.cancelled",
    }
)


def tellings(event_name: str) -> tuple[Telling, ...]:
    """Who is told about an event; raises ``UnknownEvent``."""
    if event_name in AUDIT_ONLY:
        return ()
    try:
        return CATALOGUE[event_name]
    except KeyError:
        raise UnknownEvent(event_name) from None


def is_secret(event_name: str) -> bool:
    """Whether mails of this event carry a link that signs somebody in; it is erased once delivered."""
    return any(telling.secret for telling in CATALOGUE.get(event_name, ()))
