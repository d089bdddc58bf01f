"""The pool of a programme: its page, the profile of each reviewer, and who takes on what in a call."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core.errors import Conflict, NotFound
from app.identity import queries as identity_queries
from app.reviews import confidentiality, queries, services
from app.reviews.forms.pool import ProfileForm, read_places
from app.reviews.history import Past, pasts
from app.reviews.policy import PoolMember
from app.reviews.present.history import (
    agreement_badge,
    certificate_links,
    certificate_paper,
    past_facts,
    signed_by,
)
from app.reviews.present.parts import title_of
from app.reviews.present.pool import AskedPool, place_rows, pool_view
from app.reviews.queries import asking
from app.reviews.queries import pool as rows_of
from app.reviews.views import bp
from app.web.downloads import file_download
from app.web.forms import AssayForm
from app.web.pdf import make_pdf
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render
from workflows.actors import REVIEWER


@bp.get("/profile")
@requires("reviewer.own_profiles")
def own_profiles() -> ResponseReturnValue:
    """A reviewer's own profile; whoever reviews for several programmes has one for each."""
    me = authorised(identity_queries.get_person(current_actor().person_id))
    programmes = [
        programme
        for programme in identity_queries.list_programmes()
        if programme.id in identity_queries.programmes_with_role(me.id, REVIEWER)
    ]
    if len(programmes) == 1:
        return redirect(url_for("reviews.profile", programme_id=programmes[0].id, person_id=me.id), code=303)
    links = [(one.name, url_for("reviews.profile", programme_id=one.id, person_id=me.id)) for one in programmes]
    return render("reviews/profiles.html", profiles=links)


@bp.get("/pool/<uuid:programme_id>")
@requires("reviewer.pool")
def pool(programme_id: uuid.UUID) -> str:
    """Everybody who reviews for the programme."""
    programme = authorised(identity_queries.get_programme(programme_id))
    me = current_actor().person_id
    people, theirs = rows_of.pool_of_programme(programme.id), queries.overseen(me) if me else ()
    loads = rows_of.in_hand_by_person(programme.id, *theirs)
    known = pasts(rows_of.past_reviews(programme.id, *theirs)) if me else {}
    view = pool_view(programme, people, loads, known, _signed(programme.id), AskedPool.read(request.args))
    return render("reviews/pool.html", page=view)


def _signed(programme_id: uuid.UUID) -> frozenset[uuid.UUID] | None:
    """Who signed the agreement; nothing to who may not see every review: whoever signs has accepted one."""
    me = current_actor().person_id
    if me is None or not queries.is_shown_all(programme_id, me):
        return None
    return signed_by(asking.agreements_of(programme_id), confidentiality.SHA256)


def _member(programme_id: uuid.UUID, person_id: uuid.UUID) -> PoolMember:
    programme, person = identity_queries.get_programme(programme_id), identity_queries.get_person(person_id)
    if programme is None or person is None:
        raise NotFound()
    return authorised(PoolMember(programme, person))


@bp.get("/pool/<uuid:programme_id>/people/<uuid:person_id>")
@requires("reviewer.profile")
def profile(programme_id: uuid.UUID, person_id: uuid.UUID) -> str:
    """What a reviewer says of themselves, and what the programme knows."""
    member = _member(programme_id, person_id)
    own = identity_queries.organisations_of(person_id)
    return _profile_page(member, ProfileForm.of(rows_of.profile_of(programme_id, person_id), own))


def _profile_page(member: PoolMember, form: ProfileForm) -> str:
    me, programme_id, person_id = current_actor().person_id, member.programme.id, member.person.id
    is_own = person_id == me
    told = is_own or bool(me and queries.is_shown_all(programme_id, me))
    conditions = queries.overseen(me) if me and not is_own else ()
    past = pasts(rows_of.past_reviews(programme_id, *conditions)).get(person_id, Past())
    delivered = rows_of.delivered_by(programme_id, person_id) if is_own else ()
    return render(
        "reviews/profile.html",
        past=past_facts(past),
        agreement=agreement_badge(asking.has_agreed(programme_id, person_id) if told else None),
        certificates=certificate_links(programme_id, person_id, delivered),
        name=member.person.name,
        programme=member.programme.name,
        programme_id=str(member.programme.id),
        is_own=is_own,
        form=form,
        may_change=bool(can("reviewer.change_profile", member)),
    )


@bp.get("/pool/<uuid:programme_id>/people/<uuid:person_id>/certificate-<int:year>.pdf")
@requires("reviewer.certificate")
def certificate(programme_id: uuid.UUID, person_id: uuid.UUID, year: int) -> ResponseReturnValue:
    """One's own certificate of a year, without a word about any proposal."""
    member = _member(programme_id, person_id)
    rows = rows_of.delivered_by(programme_id, person_id)
    paper = certificate_paper(member.programme.name, member.person.name, year, rows)
    if paper is None:
        raise NotFound()
    return file_download(f"certificate-{year}.pdf", make_pdf("certificate", paper), "application/pdf")


@bp.post("/pool/<uuid:programme_id>/people/<uuid:person_id>")
@requires("reviewer.change_profile", shows_again=True)
def save_profile(programme_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """Write the profile: the reviewer, or the staff for them."""
    member = _member(programme_id, person_id)
    form = ProfileForm(organisations=identity_queries.organisations_of(person_id))
    try:
        saved = form.took(
            lambda: services.save_profile(
                programme=member.programme,
                person=member.person,
                facts=form.facts(),
                actor=current_actor(),
                expected_version=form.expected_version,
            )
        )
    except Conflict as conflict:
        form.add_error(conflict)
        return _profile_page(member, form), 409
    if not saved:
        return _profile_page(member, form), 422
    flash(gettext("The profile is saved."), "success")
    return redirect(url_for("reviews.profile", programme_id=programme_id, person_id=person_id), code=303)


@bp.get("/calls/<uuid:call_id>/places")
@requires("reviewer.places")
def places(call_id: uuid.UUID) -> str:
    """Who reviews in a call and how much, in one table."""
    return _places_page(authorised(calls_queries.get_call(call_id)))


def _places_page(call: Call, problems: dict[str, str] | None = None) -> str:
    people = rows_of.pool_of_programme(call.programme_id)
    agreed = rows_of.places_in_call(call.id)
    loads = queries.loads_in_call(call.id, call.programme_id, current_actor().person_id)
    typed = request.form.to_dict() if problems else None
    return render(
        "reviews/places.html",
        title=title_of(call.title),
        call_id=str(call.id),
        programme_id=str(call.programme_id),
        rows=place_rows(call, people, agreed, loads, typed, problems),
        errors=[(name, text) for name, text in (problems or {}).items()],
        form=AssayForm(formdata=None),
        may_change=bool(can("reviewer.set_places", call)),
    )


@bp.post("/calls/<uuid:call_id>/places")
@requires("reviewer.set_places")
def set_places(call_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the whole table; with one wrong number nothing is kept and everything typed stays."""
    call = authorised(calls_queries.get_call(call_id))
    known = [row.id for row in rows_of.pool_of_programme(call.programme_id)]
    wanted, problems = read_places(request.form.to_dict(flat=False), known)
    if problems:
        return _places_page(call, problems), 422
    services.set_places(call=call, places=wanted, actor=current_actor())
    flash(gettext("The table is saved."), "success")
    return redirect(url_for("reviews.places", call_id=call.id), code=303)
