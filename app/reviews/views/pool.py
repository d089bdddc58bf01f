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
from app.reviews import queries, services
from app.reviews.forms.pool import ProfileForm, read_places
from app.reviews.policy import PoolMember
from app.reviews.present.parts import title_of
from app.reviews.present.pool import AskedPool, place_rows, pool_view
from app.reviews.queries import pool as rows_of
from app.reviews.views import bp
from app.web.forms import AssayForm
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
    people, loads = rows_of.pool_of_programme(programme.id), rows_of.in_hand_by_person(programme.id)
    return render("reviews/pool.html", page=pool_view(programme, people, loads, AskedPool.read(request.args)))


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
    return render(
        "reviews/profile.html",
        name=member.person.name,
        programme=member.programme.name,
        programme_id=str(member.programme.id),
        is_own=member.person.id == current_actor().person_id,
        form=form,
        may_change=bool(can("reviewer.change_profile", member)),
    )


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
    agreed, loads = rows_of.places_in_call(call.id), queries.loads_in_call(call.id, call.programme_id)
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
