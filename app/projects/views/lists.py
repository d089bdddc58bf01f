"""Lists across projects: projects, milestones, payments and their export; what is listed is what the reader may see."""

from __future__ import annotations

from flask import Response, request

from app.core import clock
from app.projects import queries
from app.projects.present import lists
from app.projects.queries import ListFilter
from app.projects.views import bp
from app.web.downloads import csv_download
from app.web.pagination import paginate
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render


def wanted() -> ListFilter:
    """The filter in the address."""
    call, state = request.args.get("call", ""), request.args.get("state", "")
    return ListFilter(call[:40], state[:32], request.args.get("q", "").strip()[:80])


@bp.get("/")
@requires("project.list")
def index() -> str:
    """Projects of the reader's organisations and programmes."""
    desk, chosen = authorised(queries.desk_of(current_actor())), wanted()
    page = paginate(queries.projects_query(desk, chosen))
    ids = [project.id for project in page.rows]
    rows = lists.project_rows(
        page.rows, queries.agreements_by_project(ids), queries.money_of(page.rows), queries.next_dates(ids)
    )
    shown = lists.list_page(page, rows, chosen, queries.call_codes(desk), lists.agreement_states())
    prepares = bool(can("project.prepare_list", desk))
    return render("projects/list.html", page=shown, prepares=prepares, sees_lists=bool(can("payment.list", desk)))


@bp.get("/milestones")
@requires("milestone.list")
def milestones() -> str:
    """Milestones of the reader's programmes by date."""
    desk, chosen = authorised(queries.desk_of(current_actor())), wanted()
    page = paginate(queries.milestones_query(desk, chosen, clock.now().date()))
    rows = tuple(lists.milestone_row(found) for found in page.rows)
    shown = lists.list_page(page, rows, chosen, queries.call_codes(desk), lists.milestone_states())
    return render("projects/milestones.html", page=shown)


@bp.get("/payments")
@requires("payment.list")
def payments() -> str:
    """Tranches of the reader's programmes with what they add up to."""
    desk, chosen = authorised(queries.desk_of(current_actor())), wanted()
    query = queries.payments_query(desk, chosen)
    page = paginate(query)
    rows = tuple(lists.payment_row(found) for found in page.rows)
    shown = lists.list_page(page, rows, chosen, queries.call_codes(desk), lists.payment_states())
    given = request.query_string.decode("ascii", "ignore")
    return render("projects/payments.html", page=shown, sums=lists.sums_text(queries.sums_of(query)), given=given)


@bp.get("/payments.csv")
@requires("payment.list")
def payments_csv() -> Response:
    """The same tranches, all of them, for a spreadsheet."""
    desk = authorised(queries.desk_of(current_actor()))
    found = queries.all_rows(queries.payments_query(desk, wanted()))
    return csv_download("payments.csv", lists.payment_columns(), (lists.payment_cells(p) for p in found))
