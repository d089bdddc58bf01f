"""Two connections that send the same piece of one upload at once: one of them wins, and the file is whole."""

from __future__ import annotations

import hashlib
import os
import uuid

import pytest
from sqlalchemy import func, select

from app.core import files, partials
from app.extensions import db
from app.proposals.models import ProposalFile
from tests.conftest import sign_in_directly
from tests.factories.proposals import make_proposal, owner_of
from tests.proposals.conftest import address
from tests.proposals.test_uploads import create, tus
from tests.racing import in_threads

pytestmark = pytest.mark.postgres
ROUNDS, AT_ONCE = 30, 10


def test_of_many_who_send_the_same_piece_one_wins(postgres_app):
    """Ten clients send the same last piece, thirty times over: one attaches it, nothing is doubled, nothing is mixed."""
    with postgres_app.app_context():
        proposal = make_proposal("full_draft")
        base, person = address(proposal.stages[-1]), owner_of(proposal.organisation)
        stage_id = proposal.stages[-1].id
        clients = [sign_in_directly(postgres_app.test_client(), person) for _ in range(AT_ONCE)]
    for turn in range(ROUNDS):
        content = b"%PDF-1.4\n" + os.urandom(200_000)
        place = create(clients[0], base, len(content)).headers["Location"]
        tus(clients[0], "PATCH", place, content[:70_000], Upload_Offset=0)
        answers = in_threads(
            AT_ONCE,
            lambda index, place=place, content=content: tus(
                clients[index], "PATCH", place, content[70_000:], Upload_Offset=70_000
            ),
        )
        codes = sorted(a.status_code for a in answers)
        assert codes == [204] + [409] * (AT_ONCE - 1), f"round {turn}: {codes}"
        with postgres_app.app_context():
            kept = db.session.scalars(select(ProposalFile).where(ProposalFile.stage_submission_id == stage_id)).all()
            assert [k.file.sha256 for k in kept] == [hashlib.sha256(content).hexdigest()], f"round {turn}"
            assert files.path_of(kept[0].file).read_bytes() == content
            db.session.delete(kept[0])
            db.session.commit()


def test_a_complete_file_is_attached_once_however_often_that_is_asked(postgres_app):
    with postgres_app.app_context():
        proposal = make_proposal("full_draft")
        base, person = address(proposal.stages[-1]), owner_of(proposal.organisation)
        stage_id = proposal.stages[-1].id
        clients = [sign_in_directly(postgres_app.test_client(), person) for _ in range(AT_ONCE)]
    content = b"%PDF-1.4\n" + os.urandom(5_000)
    place = create(clients[0], base, len(content)).headers["Location"]
    with postgres_app.app_context():
        partials.path_of(uuid.UUID(place.rsplit("/", 1)[1])).write_bytes(content)
    asked = in_threads(AT_ONCE, lambda index: tus(clients[index], "PATCH", place, b"", Upload_Offset=len(content)))
    assert [a.status_code for a in asked] == [204] * AT_ONCE
    with postgres_app.app_context():
        count = select(func.count(ProposalFile.id)).where(ProposalFile.stage_submission_id == stage_id)
        assert db.session.scalar(count) == 1
