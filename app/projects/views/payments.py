"""The page of a tranche and its moves."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.identity import queries as identity
from app.projects import queries, services
from app.projects.forms import ConfirmPaymentForm
from app.projects.models import Payment
from app.projects.present.records import payment_page
from app.projects.views import bp
from app.projects.views.moves import carry_out
from app.web.permissions import authorised, confirmed_recently, current_actor, relations_to, requires
from app.web.rendering import render


def _page(payment: Payment, form: ConfirmPaymentForm | None = None) -> str:
    people = identity.names_of(
        found for found in (payment.requested_by_id, payment.approved_by_id, payment.released_by_id) if found
    )
    payee = queries.payee_of(payment.project_id)
    entries = queries.timeline_of([payment.id])
    held = relations_to(payment, "payment.view")
    return render(
        "projects/payment.html",
        page=payment_page(payment, payee, entries, people, held, current_actor()),
        payment_id=payment.id,
        form=form or ConfirmPaymentForm(None, version=payment.version),
    )


@bp.get("/payments/<uuid:payment_id>")
@requires("payment.view")
def payment(payment_id: UUID) -> str:
    return _page(authorised(queries.get_payment(payment_id)))


@bp.post("/payments/<uuid:payment_id>/confirm")
@confirmed_recently()
@requires("payment.move")
def confirm_payment(payment_id: UUID) -> Response | tuple[str, int]:
    """Record the bank's reference of the transfer."""
    payment = authorised(queries.get_payment(payment_id))
    form = ConfirmPaymentForm()
    if not form.validate():
        return _page(payment, form), 422
    services.confirm_payment(
        payment=payment,
        bank_reference=form.bank_reference.data,
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    flash(gettext("The payment is confirmed as paid."), "success")
    return redirect(url_for("projects.payment", payment_id=payment.id), code=303)


@bp.post("/payments/<uuid:payment_id>/moves/<move>")
@confirmed_recently("approve", "release")
@requires("payment.move")
def move_payment(payment_id: UUID, move: str) -> Response:
    payment = authorised(queries.get_payment(payment_id))
    return carry_out("payment", payment, move, url_for("projects.payment", payment_id=payment.id))
