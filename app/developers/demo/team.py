"""A draft that several people write: a consultant with one section, a question about an answer, two texts to choose from."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core import clock
from app.developers.worlds.register import Register
from app.extensions import db
from app.identity.queries import get_person, members_of
from app.identity.services import as_actor
from app.proposals import queries
from app.proposals.services import accept_collaboration, add_comment, invite_collaborator, save_section


def write_together(register: Register, now: datetime) -> None:
    """The person from Rwanda helps with the tin proposal that is being written now, and the owner did not see it."""
    proposal, helper = register.proposal("umoja_next"), register.actor("rwanda_owner")
    owner = as_actor(members_of(proposal.organisation_id, "owner")[0].person)
    person, stage = get_person(helper.person_id), proposal.stages[-1]
    section = queries.form_of(stage).sections[0]
    question = next(q for s in queries.form_of(stage).sections for q in s.questions if q.kind == "long_text")
    where = queries.form_of(stage).section_of(question.id)
    assert person is not None
    assert where is not None
    before, seen = str(stage.answers.get(question.id) or ""), stage.version
    parts = {f"{stage.call_stage.key}/{one.id}" for one in (section, where)}
    with clock.frozen(now - timedelta(hours=19)):
        invitation = invite_collaborator(
            proposal=proposal, email=person.email, role="contributor", sections=parts, actor=owner
        )
        accept_collaboration(invitation=invitation, person=person, actor=helper)
    with clock.frozen(now - timedelta(hours=18)):
        fields = {question.id: [f"{before} Les chiffres de 2025 sont à vérifier.".strip()]}
        save_section(submission=stage, section_id=where.id, fields=fields, expected_version=None, actor=helper)
        words = "J'ai ajouté une phrase. Qui a les chiffres de 2025 ?"
        add_comment(submission=stage, question_id=question.id, text=words, actor=helper)
    with clock.frozen(now - timedelta(hours=17)):
        fields = {question.id: [f"{before} Nous comptons 412 mineurs, dont 96 femmes.".strip()]}
        save_section(submission=stage, section_id=where.id, fields=fields, expected_version=seen, actor=owner)
    db.session.flush()
    db.session.expunge_all()
