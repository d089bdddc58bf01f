"""The team of a proposal: another role for a collaborator, the end of a part, and who signs."""

from __future__ import annotations

from collections.abc import Collection

from app.core import audit, clock, transitions
from app.core.errors import NotFound
from app.core.types import Actor
from app.extensions import db
from app.proposals import policy, queries
from app.proposals.models import Proposal, ProposalCollaborator
from app.proposals.services.facts import fire_stage, others_who_sign, refuse_strangers
from app.proposals.services.inviting import checked_part
from workflows.actors import EDITOR, OWNER, SIGNATORY
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState


def change_part(
    *, proposal: Proposal, collaborator: ProposalCollaborator, role: str, sections: Collection[str], actor: Actor
) -> None:
    """Give a collaborator another role or other sections, with effect on their very next request."""
    refuse_strangers(actor, proposal, "proposal.manage_team")
    allowed = checked_part(proposal, role, sections, actor, collaborator.sections)
    transitions.lock(proposal)
    _refuse_if_over(collaborator)
    if (collaborator.role, collaborator.sections) == (role, allowed):
        return
    before, collaborator.role, collaborator.sections = collaborator.role, role, allowed
    db.session.flush()
    queries.forget_parts()
    audit.record(
        proposal, "proposal.collaborator_changed", actor, person=collaborator.person_id, before=before, role=role
    )
    _unstick(proposal, actor)


def end_part(*, proposal: Proposal, collaborator: ProposalCollaborator, actor: Actor) -> None:
    """End a part, somebody's or one's own: rights end with the very next request; what was written stays."""
    own = collaborator.person_id == actor.person_id
    refuse_strangers(actor, proposal, "proposal.view_own" if own else "proposal.manage_team")
    transitions.lock(proposal)
    _refuse_if_over(collaborator)
    collaborator.ended_at = clock.now()
    db.session.flush()
    _unstick(proposal, actor)
    queries.forget_parts()
    audit.record(
        proposal,
        "proposal.collaborator_left" if own else "proposal.collaborator_removed",
        actor,
        person=collaborator.person_id,
        role=collaborator.role,
    )


def _refuse_if_over(collaborator: ProposalCollaborator) -> None:
    db.session.refresh(collaborator, attribute_names=["role", "sections", "ended_at"])
    if collaborator.ended_at is not None:
        raise NotFound()


def _unstick(proposal: Proposal, actor: Actor) -> None:
    """What waits for a signature that nobody is left to give becomes a draft again."""
    latest = proposal.stages[-1]
    waits = proposal.state == ProposalState.APPLYING and latest.state == StageState.AWAITING_SIGN_OFF
    may_take_back = policy.relations(actor, latest) & {OWNER, EDITOR, SIGNATORY}
    if waits and may_take_back and not others_who_sign(latest):
        fire_stage(latest, "take_back", actor)
