"""Who holds which relation to a project and what belongs to it, and to a mine site, which the projects there decide."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from app.core.types import Actor
from app.decisions.models import Decision
from app.identity import policy as identity_policy
from app.identity import queries as identity
from app.mines import policy as mines_policy
from app.projects.models import Agreement, Evidence, Milestone, Payee, Payment, Project, Report
from app.projects.queries import Desk, ExactPosition, SiteAtWork
from app.proposals import queries as proposals
from workflows.actors import AUDITOR, EDITOR, FINANCE, GRANTEE, MANAGER, OFFICER, OWNER, STAFF, VIEWER

PROGRAMME_SIDE = frozenset({MANAGER, OFFICER, FINANCE, AUDITOR})
GRANTEE_SIDE = frozenset({OWNER, EDITOR, VIEWER})
EITHER_SIDE = PROGRAMME_SIDE | GRANTEE_SIDE

ACTIONS: dict[str, frozenset[str]] = {
    "project.list": EITHER_SIDE,
    "project.prepare_list": STAFF,
    "project.prepare": STAFF,
    "project.view": EITHER_SIDE,
    "project.link_site": STAFF | {GRANTEE},
    "agreement.move": STAFF | {OWNER},
    "payee.record": frozenset({GRANTEE}),
    "payee.confirm": frozenset({FINANCE}),
    "milestone.list": PROGRAMME_SIDE,
    "milestone.view": EITHER_SIDE,
    "milestone.report": frozenset({GRANTEE}),
    "milestone.verify": STAFF,
    "milestone.move": STAFF | {GRANTEE},
    "payment.list": PROGRAMME_SIDE,
    "payment.view": EITHER_SIDE,
    "payment.move": STAFF | {FINANCE, GRANTEE},
    "report.view": EITHER_SIDE,
    "report.write": frozenset({GRANTEE}),
    "report.move": STAFF | {GRANTEE},
    "mine_site.view": frozenset({mines_policy.SELF}),
    "mine_site.view_findings": STAFF | {AUDITOR, GRANTEE},
    "mine_site.assess": STAFF | {GRANTEE},
    "mine_site.change": STAFF,
    "mine_position.read": STAFF,
}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """The relations of a person to a project, a part of it, an award, a list or a mine site."""
    return identity_policy.relations_of(actor, thing, _relations)


@singledispatch
def _relations(_thing: Any, _actor: Actor) -> frozenset[str]:
    return frozenset()


@_relations.register
def _to_project(project: Project, actor: Actor) -> frozenset[str]:
    """The grantee's side, or the programme's; never both, and never the programme's with a conflict of interest."""
    grantee = identity_policy.organisation_relations(actor, project.organisation_id) & GRANTEE_SIDE
    if grantee:
        return grantee | {GRANTEE} if grantee & {OWNER, EDITOR} else grantee
    if actor.person_id is None or project.proposal_id in proposals.conflicted_proposal_ids(actor.person_id):
        return frozenset()
    return identity_policy.programme_relations(actor, project.call.programme_id) & PROGRAMME_SIDE


@_relations.register(Agreement)
@_relations.register(Payee)
@_relations.register(Milestone)
@_relations.register(Payment)
@_relations.register(Report)
def _to_part(part: Agreement | Payee | Milestone | Payment | Report, actor: Actor) -> frozenset[str]:
    return _to_project(part.project, actor)


@_relations.register
def _to_evidence(evidence: Evidence, actor: Actor) -> frozenset[str]:
    """Until it is reported, a file is a draft of those who write for the grantee, as their text is."""
    held = _to_project(evidence.milestone.project, actor)
    return held if GRANTEE in held or not is_draft(evidence, evidence.milestone) else frozenset()


def is_draft(evidence: Evidence, milestone: Milestone) -> bool:
    """Whether a file was added since the milestone was last reported."""
    return milestone.reported_at is None or evidence.created_at > milestone.reported_at


@_relations.register
def _to_award(decision: Decision, actor: Actor) -> frozenset[str]:
    """Staff of the programme that made the award, unless they have a conflict of interest with it."""
    if actor.person_id is None or proposals.has_conflict(actor.person_id, decision.proposal):
        return frozenset()
    return identity_policy.programme_relations(actor, decision.proposal.call.programme_id) & STAFF


@_relations.register
def _to_desk(desk: Desk, actor: Actor) -> frozenset[str]:
    """Everything the person is anywhere; the lists themselves show only what each of these parts may see."""
    if actor.person_id is None or desk.person_id != actor.person_id:
        return frozenset()
    roles = identity.programme_roles(actor.person_id).values()
    return frozenset(identity.memberships_of(actor.person_id).values()).union(*roles) & EITHER_SIDE


@_relations.register
def _to_site(at_work: SiteAtWork, actor: Actor) -> frozenset[str]:
    """Roles in the fund, and the grantee's part in a project at the site."""
    here = frozenset().union(*(_to_project(link.project, actor) for link in at_work.links))
    return mines_policy.relations(actor, at_work.site) | (here & {GRANTEE})


@_relations.register
def _to_exact_position(exact: ExactPosition, actor: Actor) -> frozenset[str]:
    """Need to know: staff who run a project at this very site, and staff who registered it; nobody else is anything to it."""
    at_work = exact.at_work
    here = frozenset().union(*(_to_project(link.project, actor) for link in at_work.links))
    if at_work.site.registered_by_id == actor.person_id:
        here |= mines_policy.relations(actor, at_work.site)
    return here & STAFF
