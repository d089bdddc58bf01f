"""The page of a mine site: coarse for everybody, exact for very few and on record."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.calls.queries import form_of
from app.core import audit, clock
from app.core.errors import Conflict
from app.extensions import db
from app.mines import queries as mines
from app.mines import services as mine_services
from app.mines.models import MineSite
from app.projects import queries, services
from app.projects.models import ProjectSite
from app.proposals.models import SealedSubmission, StageSubmission
from app.proposals.snapshot import compose, digest
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, question, section
from tests.factories.identity import actor_of, make_person, make_programme, make_staff
from tests.factories.mines import LATITUDE, LONGITUDE, make_assessment, make_site
from tests.factories.projects import make_grant
from tests.projects.sites import everybody

# -1.964137, 30.061942 as decimals, DMS, degrees with decimal minutes, MGRS, UTM and plus code.
CANARIES = (
    "1.964137",
    "30.061942",
    "1.9641",
    "30.0619",
    "1.964",
    "30.062",
    "1°57",
    "1° 57",
    "30°3",
    "30°03",
    "57.848",
    "3.7165",
    "36M",
    "36MTC",
    "173058",
    "6GCR23",
    "6GCP2",
)


NEW = {
    "name": "Kigogo",
    "country": "RW",
    "minerals": ["gold"],
    "activity": "active",
    "icglr_status": "2",
    "latitude": "-2.123456",
    "longitude": "29.654321",
}


def clean(body):
    return not [c for c in CANARIES if c in body]


def test_the_exact_position_is_on_no_page_of_the_uncleared(new_client, sign_in, grant, site):
    make_assessment(site, "M2")
    for who, person in everybody(grant).items():
        client = sign_in(new_client(), person)
        assert client.get(f"/projects/sites/{site.id}/position").status_code == 404, who
        for page in (f"/projects/sites/{site.id}", "/mine-sites/", f"/projects/{grant.project.id}"):
            assert clean(client.get(page).get_data(as_text=True)), f"{who} {page}"
        assert "30.0–30.1° E" in text_of(client.get(f"/projects/sites/{site.id}"))


def test_anonymous_people_see_nothing(client, grant, site):
    for page in (f"/projects/sites/{site.id}", f"/projects/sites/{site.id}/position", "/mine-sites/"):
        response = client.get(page)
        assert response.status_code == 303
        assert "Gatare" not in response.get_data(as_text=True)


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_staff_of_a_project_there_read_it_on_record(client, sign_in, grant, site, who):
    person = getattr(grant, who)
    sign_in(client, person)
    for page in (f"/projects/sites/{site.id}", "/mine-sites/", f"/projects/{grant.project.id}"):
        assert clean(client.get(page).get_data(as_text=True)), page
    before = len(audit.history("mine_site", site.id))
    shown = client.get(f"/projects/sites/{site.id}/position")
    assert LATITUDE in text_of(shown)
    assert LONGITUDE in text_of(shown)
    assert shown.headers["Cache-Control"] == "no-store, private"
    entries = audit.history("mine_site", site.id)[before:]
    assert [(e.action, e.actor_id) for e in entries] == [("mine_position.read", person.id)]


def test_who_registered_it_as_staff_reads_it_and_a_grantee_who_did_does_not(new_client, sign_in, grant):
    registrar = make_staff(make_programme(), "officer")
    as_staff = make_site(actor=actor_of(registrar))
    as_grantee = services.register_and_link(
        project=grant.project, facts={**_facts(), "name": "Ours"}, actor=actor_of(grant.editor)
    )
    assert sign_in(new_client(), registrar).get(f"/projects/sites/{as_staff.id}/position").status_code == 200
    assert sign_in(new_client(), grant.editor).get(f"/projects/sites/{as_grantee.id}/position").status_code == 404
    assert as_grantee.registered_by_organisation_id == grant.organisation.id


def _facts():
    return {**NEW, "admin1": "", "workers": None, "icglr_status": 2}


def test_the_page_does_not_open_when_the_trace_cannot_be_written(client, sign_in, grant, site, monkeypatch):
    sign_in(client, grant.officer)
    monkeypatch.setattr(mine_services.audit, "record", lambda *a, **k: (_ for _ in ()).throw(OSError("disk full")))
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    with pytest.raises(OSError, match="disk full"):
        client.get(f"/projects/sites/{site.id}/position")


def test_the_page_does_not_open_with_another_key(client, sign_in, grant, site):
    position = mines.position_of(site.id)
    position.ciphertext = position.ciphertext[:-4] + b"AAA="
    db.session.commit()
    sign_in(client, grant.officer)
    response = client.get(f"/projects/sites/{site.id}/position")
    assert response.status_code == 409
    assert clean(response.get_data(as_text=True))


def test_everybody_signed_in_sees_the_ladder_and_those_at_work_the_notes(new_client, sign_in, grant, site):
    make_assessment(site, "M4", note="Armed men gone since March.", assessed_on=date(2026, 3, 1))
    make_assessment(site, "M2", note="They are back.", assessed_on=date(2026, 4, 1), source="third_party_audit")
    for who, person in everybody(grant).items():
        shown = text_of(sign_in(new_client(), person).get(f"/projects/sites/{site.id}"))
        assert "M2 Management system in place ▼" in shown, who
        assert "Third-party audit" in shown
        assert grant.project.title in shown
        sees_notes = who in {"owner", "editor", "auditor", "officer of another programme"}
        assert ("They are back." in shown) == sees_notes, who


def test_projects_are_linked_only_for_those_who_may_open_them(new_client, sign_in, grant, site):
    href = f"/projects/{grant.project.id}"
    for person, linked in (
        (grant.viewer, True),
        (grant.auditor, True),
        (make_person(), False),
        (grant.reviewer, False),
    ):
        page = soup(sign_in(new_client(), person).get(f"/projects/sites/{site.id}"))
        assert bool(page.find("a", href=href)) == linked


def test_icglr_is_code_word_and_shape_or_not_applicable(client, sign_in, grant):
    sign_in(client, grant.reviewer)
    green = soup(client.get(f"/projects/sites/{make_site().id}")).select_one(".facts .badge")
    assert green.get_text().strip() == "1 Green: certified"
    assert green.find("svg")
    colombia = make_site(country="CO", icglr_status=None)
    assert "Not applicable" in text_of(client.get(f"/projects/sites/{colombia.id}"))
    unknown = make_site(icglr_status=None)
    assert "ICGLR status Not known" in text_of(client.get(f"/projects/sites/{unknown.id}"))


@pytest.mark.parametrize("who", ["officer", "manager", "owner", "editor"])
def test_sites_are_linked_with_the_step_of_that_day(client, sign_in, grant, who):
    site = make_site()
    make_assessment(site, "M2")
    sign_in(client, getattr(grant, who))
    path = f"/projects/{grant.project.id}/sites"
    assert client.fill(path, site=str(site.id)).status_code == 303
    make_assessment(site, "M4", assessed_on=clock.now().date() - timedelta(days=1))
    assert db.session.scalar(select(ProjectSite.baseline_step)) == "M2"
    shown = text_of(client.get(f"/projects/{grant.project.id}"))
    assert "M2 Management system in place M4 Stop-now Annex II risks credibly excluded +2" in shown
    assert client.act(path, site=str(site.id)).status_code == 422


def test_a_site_is_linked_once(app, grant, site):
    with pytest.raises(Conflict, match="already"):
        services.link_site(project=grant.project, site=site, actor=actor_of(grant.officer))


def test_a_grantee_registers_a_new_site_from_the_project(client, sign_in, grant):
    sign_in(client, grant.editor)
    response = client.fill(f"/projects/{grant.project.id}/sites/new", **NEW)
    assert response.status_code == 303, text_of(response)
    site = db.session.scalar(select(MineSite))
    assert (site.name, site.registered_by_organisation_id) == ("Kigogo", grant.organisation.id)
    assert [link.mine_site_id for link in queries.sites_of(grant.project.id)] == [site.id]
    body = client.get(f"/projects/sites/{site.id}").get_data(as_text=True)
    assert "2.1234" not in body
    assert "29.654" not in body


def test_staff_change_the_facts_but_not_the_step_or_the_place(client, sign_in, grant, site):
    sign_in(client, grant.officer)
    path = f"/projects/sites/{site.id}/facts"
    page = soup(client.get(path))
    assert page.find(id="workers")["value"] == "67"
    assert not page.find(id="latitude")
    assert client.fill(path, workers="80", icglr_status="3", activity="non_active").status_code == 303
    db.session.refresh(site)
    assert (site.workers, site.icglr_status, site.activity, site.maturity_step) == (80, 3, "non_active", "M0")
    stale = client.act(path, name="X", minerals=["gold"], activity="active", icglr_status="None", version=1)
    assert stale.status_code == 409


@pytest.mark.parametrize("who", ["owner", "auditor", "reviewer"])
def test_others_do_not_change_the_facts(client, sign_in, grant, site, who):
    sign_in(client, getattr(grant, who))
    assert client.get(f"/projects/sites/{site.id}/facts").status_code == 404


def test_the_cell_never_moves(new_client, sign_in, grant, site):
    client = sign_in(new_client(), grant.reviewer)
    shown = {soup(client.get(f"/projects/sites/{site.id}")).select(".facts dd")[3].get_text() for _ in range(20)}
    assert shown == {"1.9–2.0° S, 30.0–30.1° E: somewhere within this 0.1° cell, about 11 km wide"}


def test_logs_hold_no_position(client, sign_in, grant, site, capfd):
    sign_in(client, grant.officer)
    client.get(f"/projects/sites/{site.id}/position")
    sign_in(client, make_grant().owner)
    client.get(f"/projects/sites/{site.id}/position")
    assert clean("".join(capfd.readouterr()))


def seal(grant, sites):
    """The awarded proposal as it was submitted, with these mine sites in it."""
    asked = section("one", question("sites", "group", columns=[question("which", "site")]))
    quick, full = call_document()["stages"]
    form = {**full["form"], "sections": [*full["form"]["sections"], asked]}
    stage = make_call(stages=[quick, {**full, "form": form}]).stages[-1]
    answers = {"sites": [{"_id": f"r{n}", "which": site} for n, site in enumerate(sites)]}
    about = {"reference": "X", "form_sha256": stage.form_version.sha256, "version": 1}
    text = compose(about, form_of(stage), answers, ())
    submission = StageSubmission(
        proposal_id=grant.project.proposal_id, call_stage_id=stage.id, form_version_id=stage.form_version_id,
        position=0, answers=answers, state="accepted", state_changed_at=clock.now(), sealed_number=1,
        submitted_at=clock.now(),
    )  # fmt: skip
    db.session.add(submission)
    db.session.flush()
    db.session.add(
        SealedSubmission(
            stage_submission_id=submission.id,
            number=1,
            snapshot=text,
            sha256=digest(text),
            submitted_at=clock.now(),
            submitted_by_id=grant.owner.id,
            submitted_by_name="Owner",
        )  # fmt: skip
    )
    db.session.commit()


def test_the_sites_that_the_proposal_names_are_offered(client, sign_in, grant, site):
    other = make_site(name="Shanga")
    new = {"site": "new", "name": "Kigogo", "country": "RW", "region": "Rutsiro"}
    seal(grant, [{"site": site.reference}, {"site": other.reference}, new])
    sign_in(client, grant.officer)
    page = client.get(f"/projects/{grant.project.id}/sites")
    offered = soup(page).select_one("section.card")
    assert site.reference not in offered.get_text(), "it is linked already"
    chosen, registered = (a["href"] for a in offered.select("a"))
    assert soup(client.get(chosen)).select_one("option[selected]")["value"] == str(other.id)
    form = soup(client.get(registered))
    assert form.find(id="name")["value"] == "Kigogo" and form.find(id="admin1")["value"] == "Rutsiro"
    assert form.select_one("#country option[selected]")["value"] == "RW"
    assert client.get(registered.replace("named=2", "named=99")).status_code == 200
    assert client.fill(f"/projects/{grant.project.id}/sites/new", **NEW).status_code == 303
    assert "Kigogo" not in str(soup(client.get(f"/projects/{grant.project.id}/sites")).select("section.card"))
