"""Evidence and drafts on the pages of a project: what kinds are taken, and who reads them when."""

import io

import pytest
from sqlalchemy import select

from app.extensions import db
from app.projects import queries, services
from app.projects.models import Evidence
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_person
from tests.factories.projects import (
    PDF,
    make_grant,
    report,
)
from tests.projects.pages import GRANTEE, PROGRAMME


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<html><script>alert(1)</script></html>", "report.pdf", "not accepted"),
        (b"MZ\x90\x00", "report.pdf", "not accepted"),
        (b"", "empty.pdf", "The file is empty"),
        (None, "", "Choose a file"),
    ],
)
def test_evidence_of_a_wrong_kind_is_refused(client, sign_in, grant, content, name, words):
    sign_in(client, grant.editor)
    fields = {"file": (io.BytesIO(content), name)} if content is not None else {}
    response = client.act(f"/projects/milestones/{grant.milestones[0].id}/evidence", note="Names", **fields)
    assert response.status_code == 422
    assert words in text_of(response)
    assert soup(response).find(id="note")["value"] == "Names"
    assert db.session.scalar(select(Evidence)) is None


def test_evidence_is_handed_out_as_an_attachment_to_both_sides_only(new_client, sign_in, grant):
    milestone = report(grant)
    (evidence,) = queries.evidence_of(milestone.id)
    path = f"/projects/evidence/{evidence.id}"
    for who in (*GRANTEE, *PROGRAMME):
        response = sign_in(new_client(), getattr(grant, who)).get(path)
        assert response.get_data() == PDF
        assert response.headers["Content-Disposition"].startswith("attachment")
        response.close()
    for person in (grant.reviewer, make_grant().owner, make_person()):
        assert sign_in(new_client(), person).get(path).status_code == 404
    assert new_client().get(path).status_code == 303


def test_evidence_is_a_draft_until_it_is_reported(new_client, sign_in, grant):
    milestone, actor = grant.milestones[0], actor_of(grant.editor)
    add = {"milestone": milestone, "name": "canary.pdf", "actor": actor}
    drafted = services.add_evidence(stream=io.BytesIO(PDF), **add)
    db.session.commit()
    path, page = f"/projects/evidence/{drafted.id}", f"/projects/milestones/{milestone.id}"
    for who, may in (("editor", True), ("viewer", False), ("officer", False), ("auditor", False), ("finance", False)):
        browser = sign_in(new_client(), getattr(grant, who))
        with browser.get(path) as answer:
            assert (answer.status_code == 200) == may, who
        assert ("canary.pdf" in text_of(browser.get(page))) == may, who
    services.save_account(milestone=milestone, account="Done.", actor=actor)
    services.report_milestone(milestone=milestone, actor=actor)
    db.session.commit()
    officer = sign_in(new_client(), grant.officer)
    with officer.get(path) as answer:
        assert answer.data == PDF
    assert "canary.pdf" in text_of(officer.get(page))


def test_drafts_stay_with_the_side_that_writes_them(new_client, sign_in, grant):
    milestone = grant.milestones[0]
    services.save_account(milestone=milestone, account="Half a sentence", actor=actor_of(grant.editor))
    owed = queries.get_report(queries.reports_of(grant.project.id)[0].id)
    services.save_narrative(report=owed, narrative="Draft narrative", actor=actor_of(grant.editor))
    officer, viewer = (sign_in(new_client(), person) for person in (grant.officer, grant.viewer))
    assert "Half a sentence" not in text_of(officer.get(f"/projects/milestones/{milestone.id}"))
    assert "Draft narrative" not in text_of(officer.get(f"/projects/reports/{owed.id}"))
    report(grant)
    services.start_verification(milestone=milestone, actor=actor_of(grant.officer))
    services.save_finding(milestone=milestone, finding="Doubtful list", actor=actor_of(grant.officer))
    assert "Doubtful list" in text_of(officer.get(f"/projects/milestones/{milestone.id}"))
    assert "Doubtful list" not in text_of(viewer.get(f"/projects/milestones/{milestone.id}"))
    services.verify_milestone(milestone=milestone, actor=actor_of(grant.officer))
    assert "Doubtful list" in text_of(viewer.get(f"/projects/milestones/{milestone.id}"))
