"""Searching the proposals of one's programmes: the page, and the same as a file."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request
from sqlalchemy import Select

from app.dashboard.forms import ActForm, KeepForm
from app.dashboard.models import SavedSearch
from app.dashboard.present import acting
from app.dashboard.present.searching import PER_PAGE, export_heads, export_row, search_view, sort_of
from app.dashboard.queries import kept
from app.dashboard.queries import searching as queries
from app.dashboard.searching import Parsed, parse
from app.dashboard.views import bp
from app.extensions import db
from app.identity import queries as identity
from app.identity.models import Person
from app.web.downloads import csv_download, xlsx_download
from app.web.pagination import page_number
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.actors import AUDITOR, MANAGER, OFFICER

MOST_EXPORTED = 10_000
MOST_READ = 4_000  # more than the language takes, so that the page can say that it is too long


def me() -> Person:
    """The reader, if they may do the route's action."""
    return authorised(identity.get_person(current_actor().person_id))


def programmes_of(person: Person) -> frozenset[uuid.UUID]:
    """The programmes whose proposals this person may search."""
    return identity.programmes_with_role(person.id, OFFICER, MANAGER, AUDITOR)


def query_of(person: Person, parsed: Parsed, sort: str = "") -> Select[Any] | None:
    """The query of a search without flaws."""
    return None if parsed.tree is None else queries.search(person.id, programmes_of(person), parsed.tree, sort)


@bp.get("/search")
@requires("search.run")
def search() -> str | tuple[str, int]:
    """What fits, a page of it, with help and the searches kept."""
    person = me()
    parsed = parse(request.args.get("q", "")[:MOST_READ])
    page = page_of(person, parsed, ActForm(formdata=None), KeepForm(formdata=None))
    return (page, 422) if parsed.flaws else page


def page_of(person: Person, parsed: Parsed, act: ActForm, keep: KeepForm) -> str:
    """The page, with forms as they are."""
    sort = sort_of(request.values.get("sort", ""))
    query = query_of(person, parsed, sort)
    total = queries.count(query) if query is not None else 0
    start = (page_number() - 1) * PER_PAGE
    rows = db.session.execute(query.limit(PER_PAGE).offset(start)).all() if query is not None else ()
    view = search_view(parsed, sort, rows, total, _kept(person), person.id)
    _fill(person, parsed.typed, sort, act, keep)
    return render("dashboard/search.html", page=view, act=act, keep=keep, may_act=bool(can("search.act", person)))


def _kept(person: Person) -> list[SavedSearch]:
    return kept.searches_for(person.id, programmes_of(person))


def _fill(person: Person, typed: str, sort: str, act: ActForm, keep: KeepForm) -> None:
    act.act.choices = acting.labels()
    act.q.data = keep.q.data = typed
    keep.sort.data = sort
    mine = programmes_of(person)
    keep.programme.choices = [(str(p.id), p.name) for p in identity.list_programmes() if p.id in mine]


@bp.get("/search/proposals.csv")
@requires("search.run")
def export_csv() -> Response:
    """Everything that fits, with typed cells."""
    return csv_download("proposals.csv", export_heads(), _exported(me()))


@bp.get("/search/proposals.xlsx")
@requires("search.run")
def export_xlsx() -> Response:
    """The same as a workbook."""
    return xlsx_download("proposals.xlsx", export_heads(), _exported(me()))


def _exported(person: Person) -> list[list[Any]]:
    parsed = parse(request.args.get("q", "")[:MOST_READ])
    query = query_of(person, parsed, sort_of(request.args.get("sort", "")))
    return [export_row(row) for row in db.session.execute(query.limit(MOST_EXPORTED))] if query is not None else []
