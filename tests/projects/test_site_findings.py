"""Findings about a mine site: who assesses, with what evidence, and that they only grow."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from app.extensions import db
from app.mines.models import MaturityAssessment
from app.projects import queries, services
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_programme, make_staff
from tests.factories.mines import make_site
from tests.factories.projects import PDF
from tests.projects.sites import FINDING, everybody


def test_staff_assess_with_evidence(client, sign_in, grant, site):
    sign_in(client, grant.officer)
    fields = {**FINDING, "evidence": (io.BytesIO(PDF), "visit.pdf")}
    response = client.fill(f"/projects/sites/{site.id}/assessments", **fields)
    assert response.status_code == 303, text_of(response)
    found = db.session.scalar(select(MaturityAssessment))
    assert (found.step, found.previous_step, found.source) == ("M3", "M0", "programme_visit")
    link = soup(client.get(f"/projects/sites/{site.id}")).find("a", string="visit.pdf")["href"]
    handed = client.get(link)
    assert handed.get_data() == PDF
    handed.close()


def test_evidence_of_a_finding_is_for_those_at_work_there(new_client, sign_in, grant, site):
    found = services.assess_site(
        at_work=queries.site_at_work(site.id),
        **{**FINDING, "assessed_on": date(2026, 5, 1)},
        actor=actor_of(grant.officer),
        evidence=(io.BytesIO(PDF), "visit.pdf"),
    )
    path = f"/projects/assessments/{found.id}/evidence"
    for who, person in everybody(grant).items():
        response = sign_in(new_client(), person).get(path)
        may = who in {"owner", "editor", "auditor", "officer of another programme"}
        assert (response.status_code == 200) == may, who
        response.close()


def test_a_grantee_at_the_site_only_reports_themselves(client, sign_in, grant, site):
    sign_in(client, grant.editor)
    page = soup(client.get(f"/projects/sites/{site.id}/assessments"))
    assert [o["value"] for o in page.select("#source option")] == ["self_reported"]
    refused = client.act(f"/projects/sites/{site.id}/assessments", **FINDING)
    assert refused.status_code == 422
    assert soup(refused).find(id="note").get_text().strip() == "Cooperative registered."
    assert (
        client.act(f"/projects/sites/{site.id}/assessments", **{**FINDING, "source": "self_reported"}).status_code
        == 303
    )
    db.session.refresh(site)
    assert site.maturity_step == "M3"


def test_staff_of_another_programme_do_not_verify_their_own_site(app, grant, site):
    make_staff(make_programme(), "officer", person=grant.editor)
    at_work = queries.site_at_work(site.id)
    assert services.sources_for(at_work, actor_of(grant.editor)) == ("self_reported",)
    assert "programme_visit" in services.sources_for(at_work, actor_of(grant.officer))


@pytest.mark.parametrize("who", ["viewer", "finance", "auditor", "reviewer", "applicant", "newcomer"])
def test_others_do_not_assess(client, sign_in, grant, site, who):
    sign_in(client, everybody(grant)[who])
    path = f"/projects/sites/{site.id}/assessments"
    assert client.get(path).status_code == 404
    assert client.act(path, **FINDING).status_code == 404
    assert db.session.scalar(select(MaturityAssessment)) is None


def test_a_grantee_does_not_assess_sites_of_others(client, sign_in, grant):
    elsewhere = make_site(name="Elsewhere")
    sign_in(client, grant.editor)
    assert client.act(f"/projects/sites/{elsewhere.id}/assessments", **FINDING).status_code == 404


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"assessed_on": str(date(2100, 1, 1))}, "cannot be in the future"),
        ({"note": ""}, "Write what was found"),
        ({"note": "At -1.964137, 30.061942"}, "Do not write the exact position"),
        ({"step": "M9"}, "Not a valid choice"),
        ({"evidence": (io.BytesIO(b"<html>"), "a.pdf")}, "not accepted"),
    ],
)
def test_wrong_findings_are_worded(client, sign_in, grant, site, over, words):
    sign_in(client, grant.officer)
    response = client.act(f"/projects/sites/{site.id}/assessments", **{**FINDING, **over})
    assert response.status_code == 422
    assert words in text_of(response)
    assert db.session.scalar(select(MaturityAssessment)) is None


def test_the_same_finding_posted_twice_is_one(client, sign_in, grant, site):
    sign_in(client, grant.officer)
    for _ in range(2):
        assert client.act(f"/projects/sites/{site.id}/assessments", key="once", **FINDING).status_code == 303
    assert len(db.session.scalars(select(MaturityAssessment)).all()) == 1
