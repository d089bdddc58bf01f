"""The bank account: recorded by the grantee, compared and confirmed by finance on the only page that shows it whole."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.projects import accounts, queries, services
from app.projects.forms import PayeeForm
from app.projects.models import Project
from app.projects.present import shared
from app.projects.views import bp
from app.web.forms import AssayForm
from app.web.permissions import authorised, confirmed_recently, current_actor, requires
from app.web.rendering import render


@bp.get("/<uuid:project_id>/payee")
@confirmed_recently()
@requires("payee.record")
def payee_form(project_id: UUID) -> str:
    """The empty form; an account once recorded is not shown again."""
    return _payee_page(authorised(queries.get_project(project_id)), PayeeForm())


@bp.post("/<uuid:project_id>/payee")
@confirmed_recently()
@requires("payee.record")
def record_payee(project_id: UUID) -> Response | tuple[str, int]:
    """Record the account, or a change of it."""
    project = authorised(queries.get_project(project_id))
    form = PayeeForm()
    if form.validate():
        named = {"holder": form.holder.data, "bank": form.bank.data, "account": form.account.data}
        try:
            services.record_payee(project=project, **named, actor=current_actor())
        except Invalid as error:
            form.add_error(error)
        else:
            flash(gettext("The bank account is recorded. Finance will now confirm it."), "success")
            return redirect(url_for("projects.show", project_id=project.id, _anchor="payee"), code=303)
    return _payee_page(project, form), 422


def _payee_page(project: Project, form: PayeeForm) -> str:
    changes = queries.payee_of(project.id) is not None
    return render(
        "projects/payee.html", form=form, project=shared.crumb(project), project_id=project.id, changes=changes
    )


@bp.get("/payees/<uuid:payee_id>/confirm")
@confirmed_recently()
@requires("payee.confirm", logged_read=True)
def confirm_payee_form(payee_id: UUID) -> str:
    """The full number, to compare with the bank's certificate. Opening this page is recorded."""
    payee = authorised(queries.get_payee(payee_id))
    number = services.read_account(payee=payee, actor=current_actor())
    return render(
        "projects/confirm_payee.html",
        form=AssayForm(),
        project=shared.crumb(payee.project),
        holder=payee.holder,
        bank=payee.bank,
        number=accounts.in_groups(number),
        action=url_for("projects.confirm_payee", payee_id=payee.id),
        is_open=payee.confirmed_at is None and payee.superseded_at is None,
    )


@bp.post("/payees/<uuid:payee_id>/confirm")
@confirmed_recently()
@requires("payee.confirm")
def confirm_payee(payee_id: UUID) -> Response:
    """Confirm exactly the account that was shown."""
    payee = authorised(queries.get_payee(payee_id))
    services.confirm_payee(payee=payee, actor=current_actor())
    flash(gettext("The bank account is confirmed."), "success")
    return redirect(url_for("projects.show", project_id=payee.project_id, _anchor="payee"), code=303)
