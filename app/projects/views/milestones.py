"""The page of a milestone: the grantee's account and evidence, the programme's finding, and its moves."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.projects import queries, services
from app.projects.forms import AccountForm, EvidenceForm, FindingForm
from app.projects.models import Milestone
from app.projects.present.records import milestone_page
from app.projects.views import bp
from app.projects.views.moves import carry_out
from app.web.downloads import attachment
from app.web.permissions import authorised, current_actor, relations_to, requires
from app.web.rendering import render


def _page(
    milestone: Milestone,
    account: AccountForm | None = None,
    evidence: EvidenceForm | None = None,
    finding: FindingForm | None = None,
) -> str:
    """The page, with the form that was just refused in place of its fresh one."""
    payment = queries.payment_of_milestone(milestone.id)
    held, actor = relations_to(milestone, "milestone.view"), current_actor()
    entries = queries.timeline_of([milestone.id])
    return render(
        "projects/milestone.html",
        page=milestone_page(milestone, payment, queries.evidence_of(milestone.id), entries, held, actor),
        milestone_id=milestone.id,
        account_form=account or AccountForm(None, account=milestone.account, version=milestone.version),
        evidence_form=evidence or EvidenceForm(None),
        finding_form=finding or FindingForm(None, finding=milestone.finding, version=milestone.version),
    )


def _back(milestone: Milestone, anchor: str) -> Response:
    return redirect(url_for("projects.milestone", milestone_id=milestone.id, _anchor=anchor), code=303)


@bp.get("/milestones/<uuid:milestone_id>")
@requires("milestone.view")
def milestone(milestone_id: UUID) -> str:
    return _page(authorised(queries.get_milestone(milestone_id)))


@bp.post("/milestones/<uuid:milestone_id>/account")
@requires("milestone.report")
def save_account(milestone_id: UUID) -> Response | tuple[str, int]:
    """Save what the grantee writes."""
    milestone = authorised(queries.get_milestone(milestone_id))
    form = AccountForm()
    save = partial(
        services.save_account, milestone=milestone, actor=current_actor(), expected_version=form.expected_version
    )
    if not form.took(lambda: save(account=form.account.data or "")):
        return _page(milestone, account=form), 422
    flash(gettext("Your text is saved."), "success")
    return _back(milestone, "account")


@bp.post("/milestones/<uuid:milestone_id>/evidence")
@requires("milestone.report")
def add_evidence(milestone_id: UUID) -> Response | tuple[str, int]:
    """Take a file; what the content is decides, not its name."""
    milestone = authorised(queries.get_milestone(milestone_id))
    form = EvidenceForm()
    if form.validate():
        upload = form.file.data
        try:
            services.add_evidence(
                milestone=milestone,
                stream=upload.stream,
                name=upload.filename,
                note=form.note.data,
                actor=current_actor(),
            )
        except Invalid as error:
            form.add_error(error if error.field else Invalid(error.message, field="file", **error.params))
        else:
            flash(gettext("The file is added."), "success")
            return _back(milestone, "evidence")
    return _page(milestone, evidence=form), 422


@bp.get("/evidence/<uuid:evidence_id>")
@requires("milestone.view")
def evidence(evidence_id: UUID) -> Response:
    """Hand out the file."""
    return attachment(authorised(queries.get_evidence(evidence_id)).file)


@bp.post("/evidence/<uuid:evidence_id>/remove")
@requires("milestone.report")
def remove_evidence(evidence_id: UUID) -> Response:
    evidence = authorised(queries.get_evidence(evidence_id))
    services.remove_evidence(evidence=evidence, actor=current_actor())
    flash(gettext("The file is removed."), "info")
    return _back(evidence.milestone, "evidence")


@bp.post("/milestones/<uuid:milestone_id>/finding")
@requires("milestone.verify")
def save_finding(milestone_id: UUID) -> Response | tuple[str, int]:
    """Save what the verification found."""
    milestone = authorised(queries.get_milestone(milestone_id))
    form = FindingForm()
    save = partial(
        services.save_finding, milestone=milestone, actor=current_actor(), expected_version=form.expected_version
    )
    if not form.took(lambda: save(finding=form.finding.data or "")):
        return _page(milestone, finding=form), 422
    flash(gettext("The finding is saved."), "success")
    return _back(milestone, "finding")


@bp.post("/milestones/<uuid:milestone_id>/moves/<move>")
@requires("milestone.move")
def move_milestone(milestone_id: UUID, move: str) -> Response:
    milestone = authorised(queries.get_milestone(milestone_id))
    return carry_out("milestone", milestone, move, url_for("projects.milestone", milestone_id=milestone.id))
