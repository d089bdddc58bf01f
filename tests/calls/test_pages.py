"""The public pages of calls: what everybody reads, and what does not exist for them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.calls import document as documents
from app.calls import rubric, services
from app.core import clock
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from tests.calls.sources import call_file, parsed
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, make_draft
from tests.factories.identity import actor_of, make_person, make_staff

pytestmark = pytest.mark.usefixtures("frozen")

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def real_call(session):
    """The 2020 call, opened two days ago."""
    moved = documents.move_dates(call_file(), date(2026, 5, 30))
    call = services.import_call(document=moved, actor=SYSTEM_ACTOR)
    services.publish(call=call, actor=actor_of(make_staff(call.programme, "manager")))
    services.open_due_calls()
    session.commit()
    return call


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_everything_stands_on_the_public_page_before_signing_in(client, real_call, language):
    client.set_cookie("language", language)
    response = client.get("/calls/EPRM-2020")
    page = text_of(response)
    squeezed = page.replace(" ", "")
    for stage in parsed().stages:
        texts = [q.label[language] for s in stage.form.sections for q in s.questions]
        texts += [
            o.label[language]
            for s in stage.form.sections
            for q in s.questions
            if q.kind == "choices"
            for o in q.options
        ]
        texts += [check["label"][language] for check in stage.checks] + [check["code"] for check in stage.checks]
        grid = rubric.parse(stage.rubric_document)
        texts += [c.label[language] for c in grid.criteria] + [s.label[language] for s in grid.sections]
        missing = [t for t in texts if t.replace(" ", "") not in squeezed]
        assert not missing
    assert "14:00 Europe/Amsterdam" in page
    assert soup(response).html["lang"] == language


def test_weights_minimums_limits_and_rules_are_told(client, real_call):
    page = text_of(client.get("/calls/EPRM-2020"))
    for wanted in (
        "€3,800,000",
        "between €50,000 and €800,000",
        "A grant up to €340,000 may cover 100 % of the total costs.",
        "A grant above €340,000 may cover at most 70 % of the total costs.",
        "Above €340,000 a partner from the supply chain is compulsory.",
        "At least 2 partners apply together",
        "at most 36 months",
        "“Indirect costs” is at most 7 %",
        "Money of the Dutch Ministry of Foreign Affairs",
        "100 points in all; at least 60 are needed",
        "50 points in all; at least 30 are needed",
        "reasons for the scores 1, 2, 5",
        "more than 15 points apart",
        "A1 Contribution to the EPRM Theory of Change",
        "30 % + 30 % + 30 % + 10 %",
        "up to 700 words",
        "Asked only if “Is mercury used at the sites?” is “Yes”.",
        "Reviewers do not see this answer.",
    ):
        assert wanted in page, wanted
    assert "S13" not in page and "assumption" not in page, "where a rule comes from is a note for its authors"


def test_who_is_signed_in_is_not_told_to_sign_in(client, sign_in, real_call):
    note = "You will be asked to sign in first."
    assert note in text_of(client.get("/calls/EPRM-2020"))
    person = make_person()
    db.session.commit()
    page = text_of(sign_in(client, person).get("/calls/EPRM-2020"))
    assert note not in page and "Nothing is sent before you submit." in page


def test_start_button_while_the_first_stage_is_open(client, real_call, frozen):
    link = soup(client.get("/calls/EPRM-2020")).find("a", string="Start a proposal")
    assert link["href"] == "/proposals/start?call=EPRM-2020"
    frozen(real_call.stages[0].closes_at)
    assert "Start a proposal" not in text_of(client.get("/calls/EPRM-2020"))


def test_countdown_in_the_last_week_only(client, real_call, frozen):
    assert not soup(client.get("/calls/EPRM-2020")).select("[data-countdown]")
    closes = real_call.stages[0].closes_at
    frozen(closes - timedelta(days=2, hours=1))
    found = soup(client.get("/calls/EPRM-2020")).select("[data-countdown]")
    assert [t["datetime"] for t in found] == [closes.isoformat()] and "2 days" in found[0].text


def test_the_page_shows_the_true_state_before_the_job_has_run(client, real_call, frozen):
    frozen(real_call.closes_at)
    assert real_call.state == "open"
    assert soup(client.get("/calls/EPRM-2020")).select_one(".badge").text == "Closed"
    assert "Past calls" in text_of(client.get("/calls/"))


def test_drafts_and_calls_cancelled_before_publication_do_not_exist_publicly(client, session):
    draft, gone, shown = make_draft(), make_draft(), make_call(state="published")
    for call in (gone, shown):
        services.cancel(call=call, reason="Secret reason.", actor=actor_of(make_staff(call.programme, "manager")))
    session.commit()
    for path in ("/", "/calls/"):
        page = text_of(client.get(path))
        assert draft.code not in page and gone.code not in page
    missing = text_of(client.get("/calls/NEVER-1"))
    for call in (draft, gone):
        response = client.get(f"/calls/{call.code}")
        assert response.status_code == 404
        assert text_of(response).split("number")[0] == missing.split("number")[0], "a hint that it exists"
    page = text_of(client.get(f"/calls/{shown.code}"))
    assert "This call was cancelled" in page and "Start a proposal" not in page


EVIL = {"en": XSS}


def evil_document():
    """A call in which every text is an attack."""
    document = call_document(code="XSS-1", reference_prefix="XSS", title=EVIL, summary=EVIL, contact=XSS, sources=[XSS])
    document["programme"]["name"] = XSS
    document["documents"] = [{"title": EVIL, "url": "https://example.org/a"}]
    asked = {"id": "grant", "kind": "choice", "label": EVIL, "help": EVIL, "options": [{"id": "a", "label": EVIL}]}
    for stage in document["stages"]:
        stage["title"] = EVIL
        stage["form"] = {"sections": [{"id": "s", "title": EVIL, "intro": EVIL, "questions": [asked]}]}
        stage["checks"] = [{"code": "T1", "label": EVIL, "help": EVIL}]
    document["rules"] = {"answers": {"grant": "grant"}, "notes": [EVIL]}
    criterion = {"code": "A1", "label": EVIL, "help": EVIL, "max": 5}
    document["stages"][1]["rubric"] = {
        "scale": [{"score": 1, "label": EVIL}, {"score": 2, "label": EVIL}],
        "sections": [{"code": "A", "label": EVIL, "max": 5, "criteria": [criterion]}],
    }
    return document


def test_texts_of_a_call_are_escaped_everywhere(client, sign_in, session):
    document = evil_document()
    call = services.import_call(document=document, actor=SYSTEM_ACTOR)
    manager = make_staff(call.programme, "manager")
    services.publish(call=call, actor=actor_of(manager))
    session.commit()
    sign_in(client, manager)
    for path in ("/", "/calls/", "/calls/XSS-1", "/calls/manage", "/calls/XSS-1/manage", "/calls/XSS-1/extend"):
        page = client.get(path).get_data(as_text=True)
        assert "<script>alert" not in page and "<img src=x" not in page, path
        assert "&lt;script&gt;alert" in page, path
    answer = client.get("/api/v1/calls/XSS-1")
    assert answer.mimetype == "application/json"


def test_first_visit_stays_small(client, real_call):
    answer = client.get("/calls/EPRM-2020", headers={"Accept-Encoding": "gzip"})
    assert int(answer.headers["Content-Length"]) < 20_000
    assert clock.now() < real_call.closes_at
