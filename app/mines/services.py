"""Registering sites, recording findings about them, and reading an exact position, which leaves a trace."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, encryption, transitions
from app.core.errors import Conflict, Invalid, NotFound
from app.core.files import StoredFile
from app.core.types import Actor, new_id
from app.extensions import db
from app.mines import geo, policy, queries, vocabulary
from app.mines.models import MaturityAssessment, MinePosition, MineSite
from workflows.actors import STAFF
from workflows.machine import N_

ATTEMPTS = 5
POSITION_ELSEWHERE = N_(
    "This text seems to hold an exact position, and more people read it than may know that. Enter the position on the page "
    "of the mine site, where it is kept encrypted, and name the site or the nearest place here."
)
NO_POSITION = N_("Do not write the exact position here: everybody who is signed in reads this. It has its own fields.")


@dataclass(frozen=True)
class Position:
    """An exact position (WGS 84), in degrees."""

    latitude: Decimal
    longitude: Decimal


def register_site(
    *,
    name: str,
    country: str,
    admin1: str,
    minerals: Sequence[str],
    latitude: Decimal | str,
    longitude: Decimal | str,
    workers: int | None,
    icglr_status: int | None,
    actor: Actor,
    organisation_id: uuid.UUID | None = None,
    activity: str = "active",
) -> MineSite:
    """Add a site: its cell is worked out here, once; the exact position is kept encrypted and nowhere else."""
    position = Position(_degrees(latitude, 90, "latitude"), _degrees(longitude, 180, "longitude"))
    cell = geo.cell_of(position.latitude, position.longitude)
    site = MineSite(
        id=new_id(),
        name=name,
        country=country,
        admin1=admin1,
        minerals=list(minerals),
        cell_lat10=cell.lat10,
        cell_lon10=cell.lon10,
        workers=workers,
        icglr_status=icglr_status,
        activity=activity,
        registered_by_organisation_id=organisation_id,
        registered_by_id=actor.person_id,
    )
    _check_facts(site)
    _add_with_reference(site)
    _keep_position(site, position)
    audit.record(site, "mine_site.registered", actor, reference=site.reference)
    return site


def update_site(
    *,
    site: MineSite,
    name: str,
    admin1: str,
    minerals: Sequence[str],
    workers: int | None,
    activity: str,
    icglr_status: int | None,
    actor: Actor,
    expected_version: int | None = None,
) -> None:
    """Change what is known of a site, apart from its step (which only assessments change) and where it lies."""
    transitions.lock(site, expected_version)
    new = {
        "name": name,
        "admin1": admin1,
        "minerals": list(minerals),
        "workers": workers,
        "activity": activity,
        "icglr_status": icglr_status,
    }
    changed = {key: [getattr(site, key), value] for key, value in new.items() if getattr(site, key) != value}
    for key, value in new.items():
        setattr(site, key, value)
    _check_facts(site)
    db.session.flush()
    audit.record(site, "mine_site.updated", actor, changed=changed)


def _degrees(value: Decimal | str, limit: int, field: str) -> Decimal:
    found = geo.parse_degrees(str(value), limit)
    if found is None:
        raise Invalid(N_("Write the degrees like -1.9641 or 1° 57' 50\" S."), field=field)
    return found


def _check_facts(site: MineSite) -> None:
    """Refuse unknown words, a status where the standard does not apply, and positions written into open texts."""
    if not site.minerals or not set(site.minerals) <= set(vocabulary.MINERALS):
        raise Invalid(N_("Choose at least one mineral of the list."), field="minerals")
    if site.icglr_status is not None and site.country not in vocabulary.ICGLR_MEMBERS:
        raise Invalid(N_("The ICGLR status exists only in its member states."), field="icglr_status")
    for field in ("name", "admin1"):
        if geo.names_a_position(getattr(site, field)):
            raise Invalid(NO_POSITION, field=field)


def refuse_position(text: str, field: str) -> None:
    """Refuse a text with an exact position in it, where people read it who may not know exact positions."""
    if geo.names_a_position(text):
        raise Invalid(POSITION_ELSEWHERE, field=field)


def _add_with_reference(site: MineSite) -> None:
    """Give the next number of the country; two people registering at once get two numbers."""
    for _ in range(ATTEMPTS):
        site.reference = f"MINE-{site.country}-{queries.last_reference(site.country) + 1:04d}"
        try:
            with db.session.begin_nested():
                db.session.add(site)
                db.session.flush()
            return
        except IntegrityError:
            continue
    raise Conflict()


def _keep_position(site: MineSite, position: Position) -> None:
    text = json.dumps([str(position.latitude), str(position.longitude)])
    db.session.add(MinePosition(mine_site_id=site.id, ciphertext=encryption.encrypt(text, f"mine_position:{site.id}")))
    db.session.flush()


def read_position(*, site: MineSite, actor: Actor) -> Position:
    """Decrypt the exact position; the reading goes into the audit trail first, in the same transaction, or not at all."""
    kept = queries.position_of(site.id)
    if kept is None:
        raise NotFound()
    audit.record(site, "mine_position.read", actor)
    latitude, longitude = json.loads(encryption.decrypt(kept.ciphertext, f"mine_position:{site.id}"))
    return Position(Decimal(latitude), Decimal(longitude))


def assess(
    *,
    site: MineSite,
    step: str,
    assessed_on: date,
    source: str,
    note: str,
    actor: Actor,
    evidence_file: StoredFile | None = None,
) -> MaturityAssessment:
    """Add a finding to the history; the newest finding by its day is the step the site stands on, up or down."""
    _check_finding(step, assessed_on, source, note, bool(policy.relations(actor, site) & STAFF))
    transitions.lock(site)
    before = queries.newest_until(site.id, assessed_on)
    newest = next(iter(queries.history_of(site.id)), None)
    found = MaturityAssessment(
        mine_site_id=site.id,
        step=step,
        previous_step=before.step if before else "M0",
        assessed_on=assessed_on,
        source=source,
        note=note,
        evidence_file_id=evidence_file.id if evidence_file else None,
        recorded_by_id=actor.person_id,
        recorded_by_name=actor.name,
    )
    db.session.add(found)
    if newest is None or assessed_on >= newest.assessed_on:
        site.maturity_step = step
    db.session.flush()
    audit.record(
        site, "mine_site.assessed", actor, step=step, previous=found.previous_step, source=source, on=assessed_on
    )
    return found


def _check_finding(step: str, assessed_on: date, source: str, note: str, is_staff: bool) -> None:
    if step not in vocabulary.STEPS:
        raise Invalid(N_("Choose a step of the ladder."), field="step")
    if assessed_on > clock.now().date():
        raise Invalid(N_("The day of the assessment cannot be in the future."), field="assessed_on")
    if source not in vocabulary.sources_open_to(is_staff):
        raise Invalid(N_("Only the programme can record a finding of this source."), field="source")
    if not note.strip():
        raise Invalid(N_("Write what was found."), field="note")
    if geo.names_a_position(note):
        raise Invalid(NO_POSITION, field="note")
