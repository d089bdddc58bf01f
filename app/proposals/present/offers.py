"""The moves a person may make on a proposal and on its newest stage, with where each button leads."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.core import transitions
from app.core.types import Actor
from app.proposals import policy, services
from app.proposals.models import Proposal, StageSubmission
from app.proposals.present.parts import OfferView, offer_view
from workflows.machine import Offer
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageFacts, StageState

CONFIRMED = frozenset({"request_sign_off", "submit", "sign", "resubmit", "correct"})
PLAIN = frozenset({"take_back", "screen", "accept", "resume"})
OWN_PAGE = {
    "return": "proposals.return_form",
    "find_ineligible": "proposals.ineligible_form",
    "advise": "proposals.advice_form",
}
ON_PROPOSAL = ("withdraw", "revive", "exclude")


def offers_on(proposal: Proposal, actor: Actor, language: str, facts: StageFacts) -> tuple[OfferView, ...]:
    """Every move on this proposal's pages, stage first; ``facts`` are those of the newest stage."""
    return (*stage_offers(proposal.stages[-1], actor, language, facts), *_proposal_offers(proposal, actor))


def stage_offers(
    submission: StageSubmission, actor: Actor, language: str, facts: StageFacts | None = None
) -> tuple[OfferView, ...]:
    """Moves of a stage, while its proposal is in the phase of applying."""
    held = policy.relations(actor, submission)
    if submission.proposal.state != ProposalState.APPLYING or not held:
        return ()
    facts = facts or services.stage_facts(submission, actor, language=language)
    found = transitions.offers(submission, held, facts)
    shown = CONFIRMED | PLAIN | OWN_PAGE.keys()
    wanted = (offer for offer in found if offer.move.name in shown and _fits(offer, facts))
    return tuple(_stage_offer(submission, _asked_there(offer, facts)) for offer in wanted)


def _fits(offer: Offer, facts: StageFacts) -> bool:
    """Of the two ways to hand in a draft, only the one of the call's process; what can never fit is not shown."""
    if offer.move.name == "request_sign_off":
        return facts.sign_off and (StageState.DRAFT in offer.move.sources or not facts.sign_off_asked)
    if offer.move.name == "sign":
        return facts.sign_off and facts.sign_off_asked
    if offer.move.name in {"resubmit", "correct"}:
        return not facts.sign_off
    if offer.move.name == "submit" and "signatory" not in offer.move.actors:
        return not facts.sign_off
    if offer.move.name == "resume":
        return offer.refusal is None
    return offer.move.name != "advise" or facts.gives_advice


def _asked_there(offer: Offer, facts: StageFacts) -> Offer:
    """A move with a page of its own is open as soon as that page can be filled in: it asks for what is still missing."""
    name = offer.move.name
    asks = name in ("return", "advise") or (name == "find_ineligible" and bool(facts.failed_checks))
    return Offer(offer.move, None) if asks else offer


def _stage_offer(submission: StageSubmission, offer: Offer) -> OfferView:
    name = offer.move.name
    where: dict[str, Any] = {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}
    page = ""
    if name in CONFIRMED:
        page = url_for("proposals.check", **where)
    elif name in OWN_PAGE:
        page = url_for(OWN_PAGE[name], **where)
    return offer_view(
        offer,
        submission.version,
        url_for("proposals.move_stage", **where, move=name),
        fields_url=page,
        mend_url=_mend_url(offer, name, where),
    )


def _mend_url(offer: Offer, name: str, where: dict[str, Any]) -> str:
    link = offer.refusal.link if offer.refusal else ""
    if link == "#missing":
        return url_for("proposals.check", **where) + link
    if link == "#checks":
        return url_for("proposals.screening", **where) + link
    return link if link.startswith("/") else ""


def _is_screened_instead(proposal: Proposal, offer: Offer) -> bool:
    """While stages are screened, a proposal is excluded by finding its stage not eligible, with coded reasons."""
    return offer.move.name == "exclude" and proposal.state == ProposalState.APPLYING


def _proposal_offers(proposal: Proposal, actor: Actor) -> tuple[OfferView, ...]:
    found = transitions.offers(proposal, policy.relations(actor, proposal), services.proposal_facts(proposal))
    views = []
    for offer in found:
        if offer.move.name not in ON_PROPOSAL or _is_screened_instead(proposal, offer):
            continue
        if offer.move.name == "revive":
            offer = Offer(offer.move, offer.refusal or services.why_not_revive(proposal))
        url = url_for("proposals.move_proposal", proposal_id=proposal.id, move=offer.move.name)
        views.append(offer_view(offer, proposal.version, url))
    return tuple(views)
