"""A funded project: set up, agreement and bank account, reports, mine sites."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from app.decisions import queries as decision_queries
from app.developers.worlds.diary import WorldError
from app.developers.worlds.monitoring import plan_milestone, project_of
from app.developers.worlds.specifications import MilestoneSpec, ProjectSpec, ReportSpec
from app.developers.worlds.story import Story
from app.projects import queries, schedule, services
from app.projects.models import Agreement, Report
from workflows.agreement import AgreementState
from workflows.progress_report import ReportState

A = AgreementState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACTIVE = (A.ACTIVE, A.COMPLETED, A.TERMINATED)
SIGNED = (A.SIGNED, *ACTIVE)
SENT = (A.SENT, *SIGNED)
IBAN = "NL91ABNA0417164300"  # the example number of the banks' own documentation


def plan_project(story: Story, told: ProjectSpec) -> None:
    """Put down the steps of the project as far as the world tells."""
    starts_on = story.calendar.day(told.starts) if told.starts else (story.cursor + 14 * DAY).date()
    story.step(told.at, "create", 2 * DAY, "project set up", partial(_create, story, told, starts_on))
    for key in told.sites:
        story.step(told.at, f"link_{key}", HOUR, f"works with {key}", partial(_link, story, key))
    _plan_agreement(story, told)
    if A(told.agreement) in ACTIVE:
        for number, milestone in enumerate(told.milestones, 1):
            plan_milestone(story, number, milestone)
        for report in told.reports:
            _plan_report(story, report)
        _plan_ending(story, told)


def _plan_ending(story: Story, told: ProjectSpec) -> None:
    """A project closes when everything is settled, or is ended early by the programme."""
    state = A(told.agreement)
    if state is A.COMPLETED:
        story.step(told.at, "complete", 5 * DAY, "project closed", partial(_complete, story))
    if state is A.TERMINATED:
        story.step(told.at, "terminate", 5 * DAY, "agreement terminated", partial(_terminate, story))


def _complete(story: Story) -> None:
    services.complete_agreement(agreement=_agreement(story), actor=story.manager())


def _terminate(story: Story) -> None:
    reason = "The partners have ended their cooperation."
    services.terminate_agreement(agreement=_agreement(story), actor=story.manager(), reason=reason)


def _create(story: Story, told: ProjectSpec, starts_on: date) -> None:
    decision = decision_queries.decision_of(story.proposal().id)
    if decision is None:
        raise WorldError(f"proposal {story.spec.key}: a project needs an announced award.")
    project = services.create_project(
        decision=decision,
        starts_on=starts_on,
        ends_on=schedule.last_day(starts_on, told.months),
        milestones=[(m.title, m.kind, _due(story, m, starts_on), m.percent) for m in told.milestones],
        actor=story.officer(),
    )
    story.register.keep("project", story.spec.key, project.id)


def _due(story: Story, told: MilestoneSpec, starts_on: date) -> date:
    """A plain number counts from the project's start; everything else is a moment."""
    return starts_on + timedelta(days=int(told.due)) if told.due.isdigit() else story.calendar.day(told.due)


def _agreement(story: Story) -> Agreement:
    found = queries.agreement_of(project_of(story).id)
    assert found is not None
    return found


def _link(story: Story, key: str) -> None:
    services.link_site(project=project_of(story), site=story.register.site(key), actor=story.officer())


def _plan_agreement(story: Story, told: ProjectSpec) -> None:
    state = A(told.agreement)
    if state in SENT:
        story.step(told.at, "send", DAY, "agreement sent", partial(_send, story))
    if state in SIGNED or "payee" in told.at:
        story.step(told.at, "payee", DAY, "bank account recorded", partial(_record_payee, story))
    if state in SIGNED:
        story.step(told.at, "sign", DAY, "agreement signed", partial(_sign, story))
    if state in ACTIVE:
        story.step(told.at, "confirm_payee", DAY, "bank account confirmed", partial(_confirm_payee, story))
        story.step(told.at, "countersign", DAY, "agreement countersigned", partial(_countersign, story))


def _send(story: Story) -> None:
    services.send_agreement(agreement=_agreement(story), actor=story.officer())


def _sign(story: Story) -> None:
    services.sign_agreement(agreement=_agreement(story), actor=story.owner())


def _countersign(story: Story) -> None:
    services.countersign_agreement(agreement=_agreement(story), actor=story.manager())


def _record_payee(story: Story) -> None:
    project = project_of(story)
    services.record_payee(
        project=project,
        holder=project.organisation.name,
        bank="Bank of the Example, Amsterdam",
        account=IBAN,
        actor=story.owner(),
    )


def _confirm_payee(story: Story) -> None:
    payee = queries.payee_of(project_of(story).id)
    assert payee is not None
    found = queries.get_payee(payee.id)
    assert found is not None
    services.confirm_payee(payee=found, actor=story.holder("finance"))


def _plan_report(story: Story, told: ReportSpec) -> None:
    words, state = f"{told.kind} report", ReportState(told.reaches)
    if state is ReportState.EXPECTED:
        return
    story.step(told.at, "submit", 5 * DAY, f"{words} submitted", partial(_submit_report, story, told))
    if state is ReportState.RETURNED:
        story.step(told.at, "return", 2 * DAY, f"{words} returned", partial(_return_report, story, told))
    if state is ReportState.ACCEPTED:
        story.step(told.at, "accept", 2 * DAY, f"{words} accepted", partial(_accept_report, story, told))


def _report(story: Story, kind: str) -> Report:
    row = next((r for r in queries.reports_of(project_of(story).id) if r.kind == kind), None)
    if row is None:
        raise WorldError(f"proposal {story.spec.key}: the project owes no {kind} report.")
    found = queries.get_report(row.id)
    assert found is not None
    return found


def _submit_report(story: Story, told: ReportSpec) -> None:
    report = _report(story, told.kind)
    services.save_narrative(report=report, narrative=told.narrative, actor=story.writer())
    services.submit_report(report=report, actor=story.writer())


def _return_report(story: Story, told: ReportSpec) -> None:
    reason = "The spending per budget line is missing."
    services.return_report(report=_report(story, told.kind), actor=story.officer(), reason=reason)


def _accept_report(story: Story, told: ReportSpec) -> None:
    services.accept_report(report=_report(story, told.kind), actor=story.officer())
