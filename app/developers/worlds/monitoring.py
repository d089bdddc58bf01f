"""Milestones of a funded project with their evidence, and the tranches that hang on them."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import partial

from app.developers.worlds.attachments import make_file
from app.developers.worlds.diary import WorldError
from app.developers.worlds.specifications import MilestoneSpec
from app.developers.worlds.story import Story
from app.projects import queries, services
from app.projects.models import Milestone, Payment, Project
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState

M, P = MilestoneState, PaymentState
DAY = timedelta(days=1)
REPORTED = (M.REPORTED, M.UNDER_VERIFICATION, M.RETURNED, M.VERIFIED)
UNDER_WAY = (P.REQUESTED.value, P.APPROVED.value, P.RELEASED.value, P.PAID.value)


def plan_milestone(story: Story, number: int, told: MilestoneSpec) -> None:
    """Put down the steps of one milestone and of the tranche that hangs on it."""
    state, name = M(told.reaches), f"milestone {number}"
    if state in REPORTED:
        story.step(told.at, "report", 20 * DAY, f"{name} reported", partial(_report, story, number, told))
    if state in REPORTED[1:]:
        story.step(told.at, "start", 2 * DAY, f"{name} under verification", partial(_start, story, number))
    if state is M.RETURNED:
        story.step(told.at, "return", 2 * DAY, f"{name} returned", partial(_return, story, number, told))
    if state is M.VERIFIED:
        story.step(told.at, "verify", 2 * DAY, f"{name} verified", partial(_verify, story, number, told))
    if state is M.WAIVED:
        story.step(told.at, "waive", 5 * DAY, f"{name} waived", partial(_waive, story, number, told))
    _plan_payment(story, number, told)


def project_of(story: Story) -> Project:
    found = queries.get_project(story.register.ident("project", story.spec.key))
    assert found is not None
    return found


def _milestone(story: Story, number: int) -> Milestone:
    row = queries.milestone_rows(project_of(story).id)[number - 1]
    found = queries.get_milestone(row.milestone.id)
    assert found is not None
    return found


def _report(story: Story, number: int, told: MilestoneSpec) -> None:
    actor, milestone = story.writer(), _milestone(story, number)
    services.save_account(milestone=milestone, account=told.account, actor=actor)
    for name in told.evidence:
        content = make_file(name, (milestone.title, story.spec.title))
        services.add_evidence(milestone=milestone, stream=io.BytesIO(content), name=name, actor=actor)
    services.report_milestone(milestone=milestone, actor=actor)


def _start(story: Story, number: int) -> None:
    services.start_verification(milestone=_milestone(story, number), actor=story.officer())


def _return(story: Story, number: int, told: MilestoneSpec) -> None:
    reason = told.reason or "The list of participants is missing."
    services.return_milestone(milestone=_milestone(story, number), actor=story.officer(), reason=reason)


def _verify(story: Story, number: int, told: MilestoneSpec) -> None:
    milestone = _milestone(story, number)
    services.save_finding(milestone=milestone, finding=told.finding, actor=story.officer())
    services.verify_milestone(milestone=milestone, actor=story.officer())


def _waive(story: Story, number: int, told: MilestoneSpec) -> None:
    reason = told.reason or "No longer needed."
    services.waive_milestone(milestone=_milestone(story, number), actor=story.manager(), reason=reason)


def _plan_payment(story: Story, number: int, told: MilestoneSpec) -> None:
    name = f"tranche of milestone {number}"
    if told.payment == "held":
        story.step(told.at, "hold", DAY, f"{name} held", partial(_hold, story, number, told))
    if told.payment not in UNDER_WAY:
        return
    steps = (("request", _request), ("approve", _approve), ("release", _release), ("confirm", _confirm))
    for step, action in steps[: UNDER_WAY.index(told.payment) + 1]:
        story.step(told.at, step, DAY, f"{name}: {step}", partial(action, story, number))


def _payment(story: Story, number: int) -> Payment:
    row = queries.milestone_rows(project_of(story).id)[number - 1]
    found = queries.get_payment(row.payment.id) if row.payment else None
    if found is None:
        raise WorldError(f"proposal {story.spec.key}: no tranche hangs on milestone {number}.")
    return found


def _request(story: Story, number: int) -> None:
    services.request_payment(payment=_payment(story, number), actor=story.owner())


def _approve(story: Story, number: int) -> None:
    services.approve_payment(payment=_payment(story, number), actor=story.officer())


def _release(story: Story, number: int) -> None:
    services.release_payment(payment=_payment(story, number), actor=story.holder("finance"))


def _confirm(story: Story, number: int) -> None:
    reference = f"EX-{story.proposal().reference}-{number}"
    services.confirm_payment(payment=_payment(story, number), actor=story.holder("finance"), bank_reference=reference)


def _hold(story: Story, number: int, told: MilestoneSpec) -> None:
    reason = told.reason or "A question is open."
    services.hold_payment(payment=_payment(story, number), actor=story.officer(), reason=reason)
