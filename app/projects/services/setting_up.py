"""An announced award becomes a project: agreement, milestones, tranches, reports and the commitment in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.core import audit, transitions
from app.core.errors import Invalid, NotFound
from app.core.types import Actor, new_id
from app.decisions.models import Decision
from app.extensions import db
from app.projects import queries, schedule
from app.projects.models import MILESTONE_KINDS, Agreement, LedgerEntry, Milestone, Payment, Project, Report
from app.projects.services.wording import worded
from workflows.machine import N_

Plan = Sequence[tuple[str, str, date, int]]
MAX_MILESTONES = 30
EXISTS = N_("This award has a project already, or is not what was decided any more.")


def create_project(
    *, decision: Decision, starts_on: date, ends_on: date, milestones: Plan, actor: Actor, terms: str = ""
) -> Project:
    """Set up the project of an announced award. ``milestones``: (title, kind, due on, percent of the award) in order."""
    award = queries.get_award(decision.id)
    if award is None:
        raise NotFound()
    _check_plan(starts_on, ends_on, milestones)
    project = Project(
        id=new_id(),
        decision_id=award.id,
        proposal_id=award.proposal_id,
        call_id=award.call_id,
        organisation_id=award.proposal.organisation_id,
        reference=award.proposal.reference,
        title=award.proposal.title,
        currency=award.currency,
        award_minor=award.amount_minor,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    with worded(EXISTS):
        db.session.add(project)
        db.session.flush()
    audit.record(project, "project.created", actor, reference=project.reference, award=str(project.award.amount))
    agreement = Agreement(project_id=project.id, project=project, terms=terms)
    transitions.begin(agreement, actor, "agreement.created")
    _add_milestones(project, milestones, actor)
    _add_reports(project, actor)
    _commit_award(project)
    return project


def _check_plan(starts_on: date, ends_on: date, milestones: Plan) -> None:
    if ends_on <= starts_on:
        raise Invalid(N_("The project must end after it starts."), field="months")
    if not 0 < len(milestones) <= MAX_MILESTONES:
        raise Invalid(N_("Plan between 1 and %(most)s milestones."), field="milestones", most=MAX_MILESTONES)
    if any(kind not in MILESTONE_KINDS or not title.strip() or percent < 0 for title, kind, _, percent in milestones):
        raise Invalid(N_("Each milestone needs a title, a kind and a share of the award."), field="milestones")
    if any(due_on < starts_on for _, _, due_on, _ in milestones):
        raise Invalid(N_("No milestone can be due before the project starts."), field="milestones")
    if sum(percent for *_, percent in milestones) != 100:
        raise Invalid(N_("The shares of the milestones must add up to 100 percent exactly."), field="milestones")


def _add_milestones(project: Project, milestones: Plan, actor: Actor) -> None:
    amounts = iter(project.award.split([percent for *_, percent in milestones if percent]))
    tranche = 0
    for position, (title, kind, due_on, percent) in enumerate(milestones, 1):
        milestone = Milestone(
            project_id=project.id, project=project, position=position, title=title.strip(), kind=kind, due_on=due_on
        )
        transitions.begin(milestone, actor, "milestone.planned", due_on=due_on)
        if percent:
            tranche += 1
            _add_payment(project, milestone, tranche, next(amounts).minor, actor)


def _add_payment(project: Project, milestone: Milestone, position: int, amount_minor: int, actor: Actor) -> None:
    if amount_minor <= 0:
        raise Invalid(N_("The award is too small for so many tranches."), field="milestones")
    payment = Payment(
        project_id=project.id,
        project=project,
        milestone_id=milestone.id,
        milestone=milestone,
        position=position,
        amount_minor=amount_minor,
        currency=project.currency,
    )
    with worded(N_("The tranches would be more than the award.")):
        transitions.begin(payment, actor, "payment.scheduled", amount=str(payment.amount.amount))


def _add_reports(project: Project, actor: Actor) -> None:
    for kind, due_on in schedule.report_dates(project.starts_on, project.ends_on):
        report = Report(project_id=project.id, project=project, kind=kind, due_on=due_on)
        transitions.begin(report, actor, "report.expected", kind=kind, due_on=due_on)


def _commit_award(project: Project) -> None:
    entry = LedgerEntry(
        project_id=project.id, kind="commitment", amount_minor=project.award_minor, currency=project.currency
    )
    db.session.add(entry)
    db.session.flush()
