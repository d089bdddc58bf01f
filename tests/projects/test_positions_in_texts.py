"""Exact positions are kept out of texts that are read by people who may not know them."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from app.extensions import db
from app.projects.models import Evidence, Report
from app.proposals.models import ProposalMessage
from tests.client import soup, text_of
from tests.factories.identity import make_member
from tests.factories.projects import make_project, report
from tests.factories.reviews import make_assessed_proposal, make_officer

PLACE = "The shaft is at -1.964137, 30.061942 near the road."
WORDS = "This text seems to hold an exact position"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def grant(app):
    found = make_project("active")
    db.session.commit()
    return found


def refused(response, field: str) -> None:
    """It is refused beside its field, and what was written is still there."""
    assert response.status_code == 422
    assert WORDS in text_of(response)
    box = soup(response).find(id=field)
    assert PLACE in (box.get("value") or box.get_text())


def test_the_account_of_a_milestone(client, sign_in, grant):
    milestone = grant.milestones[0]
    page = f"/projects/milestones/{milestone.id}"
    sign_in(client, grant.editor)
    refused(client.fill(page, f"{page}/account", account=PLACE), "account")
    assert client.fill(page, f"{page}/account", account="Near Kamituga, EUR 1,500.00.").status_code == 303


def test_the_note_of_a_file(client, sign_in, grant):
    page = f"/projects/milestones/{grant.milestones[0].id}"
    sign_in(client, grant.editor)
    refused(client.fill(page, f"{page}/evidence", file=(io.BytesIO(PDF), "a.pdf"), note=PLACE), "note")
    assert db.session.scalar(select(Evidence)) is None


def test_the_finding_of_a_verification(client, sign_in, grant):
    milestone = report(grant)
    db.session.commit()
    page = f"/projects/milestones/{milestone.id}"
    sign_in(client, grant.officer)
    client.act(f"{page}/moves/start_verification")
    refused(client.fill(page, f"{page}/finding", finding=PLACE), "finding")


def test_the_text_of_a_report(client, sign_in, grant):
    owed = db.session.scalar(select(Report).where(Report.project_id == grant.project.id))
    page = f"/projects/reports/{owed.id}"
    sign_in(client, grant.editor)
    refused(client.fill(page, f"{page}/narrative", narrative=PLACE), "narrative")


@pytest.mark.parametrize("side", ["applicant", "programme"])
def test_a_message(new_client, sign_in, side):
    proposal = make_assessed_proposal()
    writer = make_member(proposal.organisation) if side == "applicant" else make_officer(proposal.call)
    db.session.commit()
    page = f"/proposals/{proposal.id}"
    refused(sign_in(new_client(), writer).fill(page, f"{page}/messages", text=PLACE), "text")
    assert db.session.scalar(select(ProposalMessage)) is None
