"""The ground of a world: people, programmes with roles, organisations, calls by the clock, mine sites."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app.calls import document as call_document
from app.calls import services as calls
from app.core import clock
from app.core.types import SYSTEM_ACTOR
from app.developers.worlds import building
from app.developers.worlds.attachments import make_file
from app.developers.worlds.diary import Diary, WorldError
from app.developers.worlds.moments import Calendar, NoMoment, Window
from app.developers.worlds.register import Register
from app.developers.worlds.specifications import (
    CallSpec,
    DocumentSpec,
    FindingSpec,
    OrganisationSpec,
    ProgrammeSpec,
    SiteSpec,
    World,
)
from app.identity import queries as identity_queries
from app.identity import services as identity
from app.mines import services as mines

BEFORE_OPENING = timedelta(days=14)
AGO = timedelta(days=120)
SINCE_EVER = timedelta(days=5 * 365)
REACHES = ("draft", "published", "open", "closed", "assessing")


def plan(world: World, diary: Diary, register: Register) -> dict[str, Calendar]:
    """Put down the steps of the ground; returns the calendar of each call by its code."""
    begin = diary.now - SINCE_EVER
    for person in world.people:
        diary.write(begin, f"person {person.key}", partial(_person, person, world.password, register))
    for programme in world.programmes:
        diary.write(begin, f"programme {programme.code}", partial(_programme, programme, register))
    for organisation in world.organisations:
        diary.write(begin, f"organisation {organisation.key}", partial(_organisation, organisation, register))
        for document in organisation.documents:
            words = f"document of {organisation.key}"
            diary.write(diary.now - AGO, words, partial(_document, organisation.key, document, diary.now, register))
    for site in world.sites:
        _site(site, diary, register)
    for call in (spec for spec in world.calls if spec.without):
        diary.write(diary.now - AGO / 30, f"call {call.document['code']} begun", partial(_write, call, register))
    whole = [spec for spec in world.calls if not spec.without]
    return {code: calendar for spec in whole for code, calendar in [_call(spec, diary, register)]}


def _person(spec: Any, password: str, register: Register) -> None:
    person = identity_queries.person_by_email(spec.email) or identity.create_person(
        email=spec.email, name=spec.name, password=password, verified=spec.confirmed, locale=spec.locale
    )
    register.keep("person", spec.key, person.id)


def _programme(spec: ProgrammeSpec, register: Register) -> None:
    programme = identity_queries.programme_by_code(spec.code) or identity.create_programme(
        code=spec.code, name=spec.name, description=spec.description, actor=SYSTEM_ACTOR
    )
    for role, keys in spec.roles.items():
        for key in keys:
            identity.grant_role(programme=programme, person=register.person(key), role=role, actor=SYSTEM_ACTOR)


def _organisation(spec: OrganisationSpec, register: Register) -> None:
    organisation = identity.create_organisation(actor=SYSTEM_ACTOR, **spec.profile)
    register.keep("organisation", spec.key, organisation.id)
    for role, keys in spec.members.items():
        for key in keys:
            identity.add_member(organisation=organisation, person=register.person(key), role=role, actor=SYSTEM_ACTOR)


def _document(key: str, spec: DocumentSpec, now: datetime, register: Register) -> None:
    calendar = Calendar(now)
    identity.add_document(
        organisation=register.organisation(key),
        kind=spec.kind,
        stream=io.BytesIO(make_file(spec.name, [spec.note or spec.name])),
        name=spec.name,
        valid_from=calendar.day(spec.since) if spec.since else None,
        valid_until=calendar.day(spec.until) if spec.until else None,
        note=spec.note,
        actor=register.actor(spec.by),
    )


def _site(spec: SiteSpec, diary: Diary, register: Register) -> None:
    calendar = Calendar(diary.now)
    instants = [calendar.instant(finding.on) for finding in spec.history]
    registered = min([*instants, diary.now]) - timedelta(hours=1)
    diary.write(registered, f"mine site {spec.key}", partial(_register_site, spec, register))
    for finding, instant in zip(spec.history, instants, strict=True):
        words = f"mine site {spec.key} found on {finding.step}"
        diary.write(instant, words, partial(assess, spec.key, finding, register))


def _register_site(spec: SiteSpec, register: Register) -> None:
    organisation = register.organisation(spec.organisation).id if spec.organisation else None
    site = mines.register_site(
        **spec.facts,
        latitude=spec.position[0],
        longitude=spec.position[1],
        actor=register.actor(spec.by),
        organisation_id=organisation,
    )
    register.keep("mine_site", spec.key, site.id)


def assess(key: str, finding: FindingSpec, register: Register) -> None:
    """Record one finding on a site, on the day that the diary stands at."""
    mines.assess(
        site=register.site(key),
        step=finding.step,
        assessed_on=clock.now().date(),
        source=finding.source,
        note=finding.note,
        actor=register.actor(finding.by),
    )


def _write(spec: CallSpec, register: Register) -> None:
    """A call that somebody began to write in the browser, with gaps."""
    programme = identity_queries.programme_by_code(spec.document["programme"]["code"])
    if programme is None:
        raise WorldError(f"call {spec.document['code']}: its programme is not there")
    actor = register.actor(spec.manager)
    told = {name: value for name, value in spec.document.items() if name not in spec.without}
    draft = calls.start_draft(programme=programme, actor=actor)
    calls.save_part(
        draft=draft,
        part="basics",
        change=lambda _empty: told,
        actor=actor,
        expected_version=None,
        stage_ids=lambda _none: [None] * len(told.get("stages", ())),
    )


def _call(spec: CallSpec, diary: Diary, register: Register) -> tuple[str, Calendar]:
    document = moved(spec, diary.now)
    parsed = call_document.parse(document)
    windows = {
        stage.key: Window(
            clock.from_wall_time(stage.opens, parsed.zone), clock.from_wall_time(stage.closes, parsed.zone)
        )
        for stage in parsed.stages
    }
    opens, closes = min(w.opens for w in windows.values()), max(w.closes for w in windows.values())
    _refuse_what_time_forbids(parsed.code, spec.reaches, opens, closes, diary.now)
    drawn_up = opens - BEFORE_OPENING
    steps = (
        ("published", drawn_up + timedelta(hours=2), partial(_publish, parsed.code, spec.manager, register)),
        ("open", opens, calls.open_due_calls),
        ("closed", closes, calls.close_due_calls),
        ("assessing", closes + timedelta(hours=20), partial(_start_assessment, parsed.code, spec.manager, register)),
    )
    diary.write(drawn_up, f"call {parsed.code}", partial(_import, document, spec.manager, register))
    for state, at, step in steps[: REACHES.index(spec.reaches)]:
        diary.write(at, f"call {parsed.code} {state}", step)
    if spec.reaches == "open":
        began = max(opens, diary.now - timedelta(days=1)) + timedelta(hours=1)
        diary.write(
            began, f"call {parsed.code} form built", partial(building.begin, parsed.code, spec.manager, register)
        )
    return parsed.code, Calendar(diary.now, windows)


def moved(spec: CallSpec, now: datetime) -> dict[str, Any]:
    """The call's document with its dates moved so that it opens on the wished day."""
    if not spec.opens:
        return dict(spec.document)
    try:
        return call_document.move_dates(dict(spec.document), Calendar(now).day(spec.opens))
    except NoMoment as error:
        raise WorldError(f"call {spec.document.get('code')}: {error}") from error


def _refuse_what_time_forbids(code: str, reaches: str, opens: datetime, closes: datetime, now: datetime) -> None:
    if REACHES.index(reaches) >= REACHES.index("open") and opens > now:
        raise WorldError(
            f"Call {code} opens on {opens:%Y-%m-%d}, so it cannot be {reaches} yet. Give an earlier “opens”."
        )
    if REACHES.index(reaches) >= REACHES.index("closed") and closes > now:
        raise WorldError(
            f"Call {code} closes on {closes:%Y-%m-%d}, so it cannot be {reaches}. Give an earlier “opens”."
        )


def _import(document: dict[str, Any], manager: str, register: Register) -> None:
    calls.import_call(document=document, actor=register.actor(manager))


def _publish(code: str, manager: str, register: Register) -> None:
    calls.publish(call=register.call(code), actor=register.actor(manager))


def _start_assessment(code: str, manager: str, register: Register) -> None:
    calls.move(call=register.call(code), name="assess", actor=register.actor(manager))
