"""What the reviews of a call say together: severity, expected ranks, agreement."""

from __future__ import annotations

import uuid

from flask import request
from werkzeug.wrappers import Response

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.reviews.present.numbers import numbers_cells, numbers_columns, numbers_view
from app.reviews.services.numbers import numbers_of_call as worked_out
from app.reviews.views import bp
from app.web.downloads import Cell, csv_download, xlsx_download
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


@bp.get("/calls/<uuid:call_id>/numbers")
@requires("review.oversee_call")
def numbers_of_call(call_id: uuid.UUID) -> str:
    """The statistics beside the raw means; nothing of proposals that this person does not oversee is in them."""
    call = authorised(calls_queries.get_call(call_id))
    asked = request.args.get("best", "")
    best = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else None
    return render("reviews/numbers.html", call=numbers_view(call, worked_out(call, current_actor()), best))


@bp.get("/calls/<uuid:call_id>/numbers.csv")
@requires("review.oversee_call")
def numbers_file(call_id: uuid.UUID) -> Response:
    """The same table as a file."""
    call = authorised(calls_queries.get_call(call_id))
    return csv_download(f"{call.code}-numbers.csv", numbers_columns(), _cells(call))


@bp.get("/calls/<uuid:call_id>/numbers.xlsx")
@requires("review.oversee_call")
def numbers_workbook(call_id: uuid.UUID) -> Response:
    """The same as a workbook."""
    call = authorised(calls_queries.get_call(call_id))
    return xlsx_download(f"{call.code}-numbers.xlsx", numbers_columns(), _cells(call))


def _cells(call: Call) -> list[list[Cell]]:
    found = worked_out(call, current_actor())
    return [numbers_cells(one, found) for one in found.judged]
