"""The pages of projects: who may open them, the whole life through forms, what is hidden, double posts."""

import io

import pytest
from sqlalchemy import func, select

from app.core import audit
from app.extensions import db
from app.projects import queries, services
from app.projects.models import LedgerEntry, Project
from app.proposals.models import ConflictOfInterest
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_person, make_staff
from tests.factories.projects import (
    IBAN,
    PDF,
    bring_payment,
    make_grant,
    make_payee,
    make_project,
)
from tests.projects.pages import GRANTEE, PROGRAMME, pages


@pytest.mark.parametrize("who", GRANTEE + PROGRAMME)
def test_both_sides_open_every_page(client, sign_in, grant, who):
    sign_in(client, getattr(grant, who))
    for page in pages(grant):
        response = client.get(page)
        assert response.status_code == 200, page
        assert grant.project.title in text_of(response)


@pytest.mark.parametrize("who", ["reviewer", "stranger", "other_grantee", "other_manager", "conflicted"])
def test_nobody_else_opens_any(client, sign_in, grant, who):
    other = make_grant()
    people = {
        "reviewer": grant.reviewer,
        "stranger": make_person(),
        "other_grantee": other.owner,
        "other_manager": other.manager,
        "conflicted": make_staff(grant.programme, "manager"),
    }
    db.session.add(
        ConflictOfInterest(
            person_id=people["conflicted"].id,
            proposal_id=grant.project.proposal_id,
            basis="declared",
            recorded_by_id=people["conflicted"].id,
        )
    )
    db.session.flush()
    sign_in(client, people[who])
    for page in pages(grant):
        assert client.get(page).status_code == 404, page
    for page in ("/projects/", "/projects/milestones", "/projects/payments", "/projects/payments.csv"):
        response = client.get(page)
        assert response.status_code == 404 or grant.project.reference not in response.get_data(as_text=True), page


def test_strangers_are_sent_to_sign_in(client, grant):
    for page in (*pages(grant), "/projects/", "/projects/awarded", "/projects/payments", "/projects/payments.csv"):
        assert client.get(page).status_code == 303


def unsafe(grant):
    """Every address that changes something, with who may post there."""
    project, milestone, payment = grant.project.id, grant.milestones[0].id, grant.payments[0].id
    report_id = queries.reports_of(project)[0].id
    staff, grantee = {"officer", "manager"}, {"owner", "editor"}
    return {
        f"/projects/agreements/{grant.agreement.id}/moves/terminate": staff | {"owner"},
        f"/projects/{project}/payee": grantee,
        f"/projects/payees/{grant.payee.id}/confirm": {"finance"},
        f"/projects/milestones/{milestone}/account": grantee,
        f"/projects/milestones/{milestone}/evidence": grantee,
        f"/projects/milestones/{milestone}/finding": staff,
        f"/projects/milestones/{milestone}/moves/report": staff | grantee,
        f"/projects/payments/{payment}/moves/request": staff | grantee | {"finance"},
        f"/projects/payments/{payment}/confirm": staff | grantee | {"finance"},
        f"/projects/reports/{report_id}/narrative": grantee,
        f"/projects/reports/{report_id}/moves/submit": staff | grantee,
        f"/projects/{project}/sites": staff | grantee,
        f"/projects/{project}/sites/new": staff | grantee,
        f"/projects/awarded/{grant.decision.id}": staff,
    }


@pytest.mark.parametrize("who", (*GRANTEE, *PROGRAMME, "reviewer", "stranger", "other_grantee"))
def test_what_is_not_granted_is_not_found(new_client, sign_in, grant, who):
    person = {"stranger": make_person, "other_grantee": lambda: make_grant().owner}.get(
        who, lambda: getattr(grant, who)
    )()
    for path, allowed in unsafe(grant).items():
        client = sign_in(new_client(), person)
        status = client.act(path).status_code
        assert (status != 404) == (who in allowed), f"{who} {path}: {status}"


def test_unsafe_requests_want_the_token(client, sign_in, grant):
    sign_in(client, grant.owner)
    assert client.post(f"/projects/{grant.project.id}/payee", data={"holder": "X"}).status_code == 400


def test_unknown_moves_are_not_found(client, sign_in, grant):
    sign_in(client, grant.manager)
    payment = grant.payments[0].id
    for move in ("make_claimable", "cancel", "confirm", "explode"):
        assert client.act(f"/projects/payments/{payment}/moves/{move}").status_code == 404


def test_the_life_of_a_tranche_through_the_pages(new_client, sign_in, app):
    grant = make_grant()
    clients = {who: sign_in(new_client(), getattr(grant, who)) for who in ("owner", "officer", "manager", "finance")}
    clients["second"] = sign_in(new_client(), grant.second_manager)
    assert queries.get_award(grant.decision.id).proposal.reference in text_of(
        clients["officer"].get("/projects/awarded")
    )
    response = clients["officer"].fill(f"/projects/awarded/{grant.decision.id}")
    assert response.status_code == 303, text_of(response)
    page = response.location
    assert "No project here" not in text_of(clients["owner"].get("/projects/"))

    def move(who, what, thing, **more):
        response = clients[who].act(f"{what}/moves/{thing}", **more)
        assert response.status_code == 303, text_of(response)

    agreement = f"/projects/agreements/{grant.agreement.id}"
    move("officer", agreement, "send")
    payee = {"holder": "Cooperative", "bank": "Bank of Test", "account": "nl91 abna 0417 1643 00"}
    assert clients["owner"].fill(f"{page}/payee", **payee).status_code == 303
    move("owner", agreement, "sign")
    confirm = soup(clients["finance"].get(page)).find("a", string="Read the full number and confirm")["href"]
    assert clients["finance"].fill(confirm).status_code == 303
    move("second", agreement, "countersign")
    milestone = f"/projects/milestones/{grant.milestones[0].id}"
    assert clients["owner"].fill(milestone, f"{milestone}/account", account="Forty trained.").status_code == 303
    upload = {"file": (io.BytesIO(PDF), "proof.pdf"), "note": "List of names"}
    assert clients["owner"].fill(milestone, f"{milestone}/evidence", **upload).status_code == 303
    move("owner", milestone, "report")
    move("officer", milestone, "start_verification")
    assert clients["officer"].fill(milestone, f"{milestone}/finding", finding="Seen.").status_code == 303
    move("officer", milestone, "verify")
    payment = f"/projects/payments/{grant.payments[0].id}"
    move("owner", payment, "request")
    move("manager", payment, "approve")
    move("finance", payment, "release")
    assert clients["finance"].fill(payment, f"{payment}/confirm", bank_reference="TRX-7").status_code == 303
    shown = text_of(clients["owner"].get(page))
    assert "Paid out €102,000.00" in shown
    assert "Still open €238,000.00" in shown
    assert "Tranche 1: paid" in shown
    assert "TRX-7" in text_of(clients["owner"].get(payment))


def test_a_button_that_is_not_possible_says_why(client, sign_in, grant):
    sign_in(client, grant.editor)
    page = soup(client.get(f"/projects/milestones/{grant.milestones[0].id}"))
    assert "Write what was done before you report it." in page.get_text()
    assert page.find("a", string="See what is missing")["href"] == "#account"


def test_a_refused_move_is_a_worded_page(client, sign_in, grant):
    sign_in(client, grant.finance)
    response = client.act(f"/projects/payments/{grant.payments[0].id}/moves/release")
    assert response.status_code == 409
    assert "not possible while the state is" in text_of(response)


def test_a_double_post_releases_once(client, sign_in, grant):
    payment = bring_payment(grant, "approved")
    sign_in(client, grant.finance)
    path = f"/projects/payments/{payment.id}/moves/release"
    answers = [client.act(path, key="one-click") for _ in range(3)]
    assert [a.status_code for a in answers] == [303] * 3
    assert client.act(path, key="another").status_code == 409
    assert db.session.scalar(select(func.count()).where(LedgerEntry.kind == "disbursement")) == 1


def test_an_old_page_does_not_act_on_a_newer_state(client, sign_in, grant):
    payment = bring_payment(grant, "approved")
    sign_in(client, grant.finance)
    response = client.act(f"/projects/payments/{payment.id}/moves/release", version=payment.version - 1)
    assert response.status_code == 409
    assert "Somebody else changed this" in text_of(response)


def test_a_hold_shows_its_reason_to_the_grantee(client, sign_in, grant):
    payment = bring_payment(grant, "requested")
    services.hold_payment(payment=payment, actor=actor_of(grant.finance), reason="An audit is late.")
    sign_in(client, grant.viewer)
    assert "An audit is late." in text_of(client.get(f"/projects/payments/{payment.id}"))


def test_the_account_number_is_on_no_page_but_one(new_client, sign_in, app):
    grant = make_project("sent")
    payee = make_payee(grant, confirmed=False)
    digits = (IBAN, IBAN[4:], "0417164300", "NL91 ABNA", "1643 00")
    for who in (*GRANTEE, *PROGRAMME):
        client = sign_in(new_client(), getattr(grant, who))
        for page in (*pages(grant), f"/projects/{grant.project.id}/payee", "/projects/", "/projects/payments.csv"):
            body = client.get(page).get_data(as_text=True)
            assert not any(d in body for d in digits), f"{who} {page}"
    confirm = f"/projects/payees/{payee.id}/confirm"
    for who in (*GRANTEE, "officer", "manager", "auditor", "reviewer"):
        assert sign_in(new_client(), getattr(grant, who)).get(confirm).status_code == 404
    before = len(audit.history("project", grant.project.id))
    client = sign_in(new_client(), grant.finance)
    assert "NL91 ABNA 0417 1643 00" in text_of(client.get(confirm))
    entries = audit.history("project", grant.project.id)
    assert [(e.action, e.actor_id) for e in entries[before:]] == [("payee.read", grant.finance.id)]


def test_a_wrong_account_is_worded_and_kept(client, sign_in, grant):
    sign_in(client, grant.owner)
    response = client.act(
        f"/projects/{grant.project.id}/payee", holder="Coop", bank="Bank", account="NL91ABNA0417164301"
    )
    assert response.status_code == 422
    assert "check digits" in text_of(response)
    assert soup(response).find(id="holder")["value"] == "Coop"


def test_preparing_keeps_what_was_typed_and_says_what_is_wrong(client, sign_in, app):
    grant = make_grant()
    sign_in(client, grant.officer)
    path = f"/projects/awarded/{grant.decision.id}"
    form = client.form(path)["values"]
    assert [form[f"milestones-{n}-percent"] for n in range(4)] == ["30", "30", "30", "10"]
    assert form["terms"].strip() == "Name the buyers within three months."
    wrong = {**form, "milestones-3-percent": "11", "milestones-0-title": "Our own inception"}
    response = client.act(path, **{k: v for k, v in wrong.items() if k not in {"csrf_token", "idempotency_key"}})
    assert response.status_code == 422
    assert "add up to 100" in text_of(response)
    assert soup(response).find(id="milestones-0-title")["value"] == "Our own inception"
    assert db.session.scalar(select(Project)) is None


def test_preparing_works_the_dates_out_again(client, sign_in, app):
    grant = make_grant()
    sign_in(client, grant.officer)
    path = f"/projects/awarded/{grant.decision.id}"
    response = client.act(path, replan="yes", starts_on="2027-01-01", months="12", terms="Mine")
    assert response.status_code == 200
    page = soup(response)
    assert page.find(id="milestones-3-due_on")["value"] == "2028-01-31"
    assert page.find(id="terms").get_text().strip() == "Mine"
    assert db.session.scalar(select(Project)) is None


@pytest.mark.parametrize("who", ["finance", "auditor", "reviewer", "owner"])
def test_only_staff_prepare(client, sign_in, app, who):
    grant = make_grant()
    sign_in(client, getattr(grant, who))
    assert client.get("/projects/awarded").status_code == 404
    assert client.get(f"/projects/awarded/{grant.decision.id}").status_code == 404
