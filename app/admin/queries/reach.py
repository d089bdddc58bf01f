"""What belongs to a programme: for each kind of record, the ids within the reach of somebody who answers for programmes.

Records of other kinds are out of reach, so an entry about them is shown to nobody here. Applications that were never
submitted and those the person must not judge (a conflict of interest, the own organisation) are out of reach as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from app.calls.models import Call
from app.decisions.models import Decision
from app.identity import queries as identity
from app.identity.models import Membership, Organisation, Person, Programme, RoleGrant
from app.mines.models import MinePosition, MineSite
from app.projects.models import Agreement, Milestone, Payee, Payment, Project, ProjectSite, Report
from app.proposals import queries as proposals
from app.proposals.models import Proposal, StageSubmission
from app.reviews.models import Review
from workflows.actors import AUDITOR, MANAGER

Ids = Select[uuid.UUID]
# Of people who only apply, the programme sees that their account was closed or opened again, and nothing else.
ABOUT_APPLICANTS = ("person.suspended", "person.unsuspended")
OF_PROPOSAL: dict[str, Any] = {"review": Review, "decision": Decision, "project": Project}
OF_PROJECT: dict[str, Any] = {
    "agreement": Agreement,
    "milestone": Milestone,
    "payee": Payee,
    "payment": Payment,
    "report": Report,
}


def managed_by(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Programmes the person manages."""
    return identity.programmes_with_role(person_id, MANAGER)


def audited_by(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Programmes whose records the person may trace."""
    return identity.programmes_with_role(person_id, MANAGER, AUDITOR)


def visible_proposals(person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> Ids:
    """Ids of the programmes' proposals that the person may see."""
    calls = select(Call.id).where(Call.programme_id.in_(programme_ids))
    return select(Proposal.id).where(Proposal.call_id.in_(calls), *proposals.visible_to(person_id))


def staff(programme_ids: Collection[uuid.UUID]) -> Ids:
    """Ids of the people who hold any role in the programmes."""
    return select(RoleGrant.person_id).where(RoleGrant.programme_id.in_(programme_ids))


def applying_organisations(person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> Ids:
    """Ids of the organisations behind the visible proposals."""
    return select(Proposal.organisation_id).where(Proposal.id.in_(visible_proposals(person_id, programme_ids)))


def applicants(person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> Ids:
    """Ids of the members of those organisations."""
    organisations = applying_organisations(person_id, programme_ids)
    return select(Membership.person_id).where(Membership.organisation_id.in_(organisations))


def connected_people(person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> ColumnElement[bool]:
    """The condition on ``Person`` for people whom the programmes have to do with."""
    return or_(Person.id.in_(staff(programme_ids)), Person.id.in_(applicants(person_id, programme_ids)))


def ids_by_kind(person_id: uuid.UUID, programme_ids: Collection[uuid.UUID]) -> dict[str, Ids]:
    """Kind of record → ids within reach. A kind that is not named is out of reach."""
    visible = visible_proposals(person_id, programme_ids)
    projects = select(Project.id).where(Project.proposal_id.in_(visible))
    sites = select(ProjectSite.mine_site_id).where(ProjectSite.project_id.in_(projects))
    found: dict[str, Ids] = {
        "programme": select(Programme.id).where(Programme.id.in_(programme_ids)),
        "call": select(Call.id).where(Call.programme_id.in_(programme_ids)),
        "proposal": visible,
        "stage_submission": select(StageSubmission.id).where(
            StageSubmission.proposal_id.in_(visible), StageSubmission.sealed_number > 0
        ),
        "organisation": select(Organisation.id).where(
            Organisation.id.in_(applying_organisations(person_id, programme_ids))
        ),
        "mine_site": select(MineSite.id).where(MineSite.id.in_(sites)),
        "mine_position": select(MinePosition.id).where(MinePosition.mine_site_id.in_(sites)),
        "person": staff(programme_ids),
    }
    found |= {kind: select(model.id).where(model.proposal_id.in_(visible)) for kind, model in OF_PROPOSAL.items()}
    found |= {kind: select(model.id).where(model.project_id.in_(projects)) for kind, model in OF_PROJECT.items()}
    return found


def within(
    kind: Any, ident: Any, person_id: uuid.UUID, programme_ids: Collection[uuid.UUID], action: Any = None
) -> ColumnElement[bool]:
    """The condition that a record, given by its columns of kind and id, is within reach; false without programmes."""
    if not programme_ids:
        return false()
    kinds = ids_by_kind(person_id, programme_ids)
    conditions = [and_(kind == name, ident.in_(ids)) for name, ids in kinds.items()]
    if action is not None:
        theirs = ident.in_(applicants(person_id, programme_ids))
        conditions.append(and_(kind == "person", action.in_(ABOUT_APPLICANTS), theirs))
    return or_(*conditions)
