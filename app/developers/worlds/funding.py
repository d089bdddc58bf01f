"""A funded project: agreement and bank account, milestones with evidence, tranches, reports, mine sites."""

from __future__ import annotations

import io
from datetime import date, timedelta

from app.decisions import queries as decision_queries
from app.developers.worlds.attachments import make_file
from app.developers.worlds.diary import WorldError
from app.developers.worlds.specifications import MilestoneSpec, ProjectSpec, ReportSpec
from app.developers.worlds.story import Story
from app.projects import queries, schedule, services
from app.projects.models import Agreement, Milestone, Payment, Project, Report
from workflows.agreement import AgreementState
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState
from workflows.progress_report import ReportState

A, M, P = AgreementState, MilestoneState, PaymentState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENT = (A.SENT, A.SIGNED, A.ACTIVE, A.COMPLETED)
SIGNED = (A.SIGNED, A.ACTIVE, A.COMPLETED)
REPORTED = (M.REPORTED, M.UNDER_VERIFICATION, M.RETURNED, M.VERIFIED)
UNDER_WAY = (P.REQUESTED, P.APPROVED, P.RELEASED, P.PAID)
IBAN = "NL91ABNA0417164300"  # the example number of the banks' own documentation


def plan_project(story: Story, told: ProjectSpec) -> None:
    """Put down the steps of the project as far as the world tells."""
    starts_on = story.calendar.day(told.starts) if told.starts else (story.cursor + 14 * DAY).date()
    story.step(told.at, "create", 2 * DAY, "project set up", lambda: _create(story, told, starts_on))
    for key in told.sites:
        story.step(told.at, f"link_{key}", HOUR, f"works with {key}", lambda k=key: _link(story, k))
    _plan_agreement(story, told)
    if A(told.agreement) in (A.ACTIVE, A.COMPLETED):
        for number, milestone in enumerate(told.milestones, 1):
            plan_milestone(story, number, milestone)
        for report in told.reports:
            _plan_report(story, report)


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


def _project(story: Story) -> Project:
    found = queries.get_project(story.register.ident("project", story.spec.key))
    assert found is not None
    return found


def _agreement(story: Story) -> Agreement:
    found = queries.agreement_of(_project(story).id)
    assert found is not None
    return found


def _link(story: Story, key: str) -> None:
    services.link_site(project=_project(story), site=story.register.site(key), actor=story.officer())


def _plan_agreement(story: Story, told: ProjectSpec) -> None:
    state = A(told.agreement)
    if state in SENT:
        story.step(
            told.at,
            "send",
            DAY,
            "agreement sent",
            lambda: services.send_agreement(agreement=_agreement(story), actor=story.officer()),
        )
    if state in SIGNED or "payee" in told.at:
        story.step(told.at, "payee", DAY, "bank account recorded", lambda: _record_payee(story))
    if state in SIGNED:
        story.step(
            told.at,
            "sign",
            DAY,
            "agreement signed",
            lambda: services.sign_agreement(agreement=_agreement(story), actor=story.owner()),
        )
    if state in (A.ACTIVE, A.COMPLETED):
        story.step(told.at, "confirm_payee", DAY, "bank account confirmed", lambda: _confirm_payee(story))
        story.step(
            told.at,
            "countersign",
            DAY,
            "agreement countersigned",
            lambda: services.countersign_agreement(agreement=_agreement(story), actor=story.manager()),
        )


def _record_payee(story: Story) -> None:
    project = _project(story)
    services.record_payee(
        project=project,
        holder=project.organisation.name,
        bank="Bank of the Example, Amsterdam",
        account=IBAN,
        actor=story.owner(),
    )


def _confirm_payee(story: Story) -> None:
    payee = queries.payee_of(_project(story).id)
    assert payee is not None
    found = queries.get_payee(payee.id)
    assert found is not None
    services.confirm_payee(payee=found, actor=story.holder("finance"))


def plan_milestone(story: Story, number: int, told: MilestoneSpec) -> None:
    """Put down the steps of one milestone and of the tranche that hangs on it."""
    state = M(told.reaches)
    name = f"milestone {number}"
    if state in REPORTED:
        story.step(told.at, "report", 20 * DAY, f"{name} reported", lambda: _report_milestone(story, number, told))
    if state in (M.UNDER_VERIFICATION, M.RETURNED, M.VERIFIED):
        story.step(
            told.at,
            "start",
            2 * DAY,
            f"{name} under verification",
            lambda: services.start_verification(milestone=_milestone(story, number), actor=story.officer()),
        )
    if state is M.RETURNED:
        story.step(
            told.at,
            "return",
            2 * DAY,
            f"{name} returned",
            lambda: services.return_milestone(
                milestone=_milestone(story, number),
                actor=story.officer(),
                reason=told.reason or "The list of participants is missing.",
            ),
        )
    if state is M.VERIFIED:
        story.step(told.at, "verify", 2 * DAY, f"{name} verified", lambda: _verify(story, number, told))
    if state is M.WAIVED:
        story.step(
            told.at,
            "waive",
            5 * DAY,
            f"{name} waived",
            lambda: services.waive_milestone(
                milestone=_milestone(story, number), actor=story.manager(), reason=told.reason or "No longer needed."
            ),
        )
    _plan_payment(story, number, told)


def _milestone(story: Story, number: int) -> Milestone:
    row = queries.milestone_rows(_project(story).id)[number - 1]
    found = queries.get_milestone(row.milestone.id)
    assert found is not None
    return found


def _report_milestone(story: Story, number: int, told: MilestoneSpec) -> None:
    actor, milestone = story.writer(), _milestone(story, number)
    services.save_account(milestone=milestone, account=told.account, actor=actor)
    for name in told.evidence:
        content = make_file(name, (milestone.title, story.spec.title))
        services.add_evidence(milestone=milestone, stream=io.BytesIO(content), name=name, actor=actor)
    services.report_milestone(milestone=milestone, actor=actor)


def _verify(story: Story, number: int, told: MilestoneSpec) -> None:
    milestone = _milestone(story, number)
    services.save_finding(milestone=milestone, finding=told.finding, actor=story.officer())
    services.verify_milestone(milestone=milestone, actor=story.officer())


def _plan_payment(story: Story, number: int, told: MilestoneSpec) -> None:
    name = f"tranche of milestone {number}"
    if told.payment == "held":
        story.step(
            told.at,
            "hold",
            DAY,
            f"{name} held",
            lambda: services.hold_payment(
                payment=_payment(story, number), actor=story.officer(), reason=told.reason or "A question is open."
            ),
        )
        return
    reached = UNDER_WAY.index(P(told.payment)) if told.payment and P(told.payment) in UNDER_WAY else -1
    steps = (
        (
            "request",
            DAY,
            "requested",
            lambda: services.request_payment(payment=_payment(story, number), actor=story.owner()),
        ),
        (
            "approve",
            DAY,
            "approved",
            lambda: services.approve_payment(payment=_payment(story, number), actor=story.officer()),
        ),
        (
            "release",
            DAY,
            "released",
            lambda: services.release_payment(payment=_payment(story, number), actor=story.holder("finance")),
        ),
        (
            "confirm",
            DAY,
            "paid",
            lambda: services.confirm_payment(
                payment=_payment(story, number),
                actor=story.holder("finance"),
                bank_reference=f"EX-{story.proposal().reference}-{number}",
            ),
        ),
    )
    for step, gap, words, action in steps[: reached + 1]:
        story.step(told.at, step, gap, f"{name} {words}", action)


def _payment(story: Story, number: int) -> Payment:
    row = queries.milestone_rows(_project(story).id)[number - 1]
    if row.payment is None:
        raise WorldError(f"proposal {story.spec.key}: no tranche hangs on milestone {number}.")
    found = queries.get_payment(row.payment.id)
    assert found is not None
    return found


def _plan_report(story: Story, told: ReportSpec) -> None:
    words, state = f"{told.kind} report", ReportState(told.reaches)
    if state is ReportState.EXPECTED:
        return
    story.step(told.at, "submit", 5 * DAY, f"{words} submitted", lambda: _submit_report(story, told))
    if state is ReportState.RETURNED:
        story.step(
            told.at,
            "return",
            2 * DAY,
            f"{words} returned",
            lambda: services.return_report(
                report=_report(story, told.kind),
                actor=story.officer(),
                reason="The spending per budget line is missing.",
            ),
        )
    if state is ReportState.ACCEPTED:
        story.step(
            told.at,
            "accept",
            2 * DAY,
            f"{words} accepted",
            lambda: services.accept_report(report=_report(story, told.kind), actor=story.officer()),
        )


def _report(story: Story, kind: str) -> Report:
    row = next((r for r in queries.reports_of(_project(story).id) if r.kind == kind), None)
    if row is None:
        raise WorldError(f"proposal {story.spec.key}: the project owes no {kind} report.")
    found = queries.get_report(row.id)
    assert found is not None
    return found


def _submit_report(story: Story, told: ReportSpec) -> None:
    report = _report(story, told.kind)
    services.save_narrative(report=report, narrative=told.narrative, actor=story.writer())
    services.submit_report(report=report, actor=story.writer())
