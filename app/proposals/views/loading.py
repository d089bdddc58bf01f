"""Loading what an address names, authorised for the route's action."""

from __future__ import annotations

import uuid

from flask_babel import get_locale

from app.calls.form_schema import Section
from app.core.errors import NotFound
from app.identity import queries as identity_queries
from app.identity.models import Person
from app.proposals import policy, queries
from app.proposals.models import Proposal, StageSubmission
from app.web.permissions import authorised, current_actor


def language() -> str:
    """The reader's language."""
    return str(get_locale() or "en")


def myself() -> Person:
    """The signed-in person, for pages about oneself."""
    return authorised(identity_queries.get_person(current_actor().person_id))


def my_id() -> uuid.UUID:
    """The id of the signed-in person."""
    person_id = current_actor().person_id
    if person_id is None:
        raise NotFound()
    return person_id


def load_proposal(proposal_id: uuid.UUID) -> Proposal:
    """The proposal of the address."""
    return authorised(queries.get_proposal(proposal_id))


def load_stage(proposal_id: uuid.UUID, key: str) -> StageSubmission:
    """The stage of the address."""
    return authorised(queries.stage_of_proposal(proposal_id, key))


def load_section(submission: StageSubmission, section_id: str, form_mark: str = "") -> Section:
    """The section of the address, as the form that the page showed has it, for who may write in it."""
    section = queries.form_of_page(submission, form_mark).form.section(section_id)
    if section is None or not policy.may_write(current_actor(), submission, section_id):
        raise NotFound()
    return section
