"""The pages of calls: what everybody reads, what staff does, and who gets nothing."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import yaml

from app.calls import document as documents
from app.calls import queries, services
from app.core import audit, clock
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from tests.calls.sources import call_file, parsed
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, make_draft
from tests.factories.identity import actor_of, make_person, make_programme, make_staff

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


def staff(client, sign_in, call, role="manager"):
    return sign_in(client, make_staff(call.programme, role))


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
        grid = queries.rubric.parse(stage.rubric_document)
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


STAFF_PAGES = (
    "/calls/manage",
    "/calls/{code}/manage",
    "/calls/{code}/extend",
    "/calls/import/{programme}",
    "/calls/{code}/preview",
)


@pytest.mark.parametrize(
    ("role", "answers"),
    [
        ("manager", (200, 200, 200, 200, 200)),
        ("officer", (200, 200, 200, 404, 200)),
        ("auditor", (200, 200, 404, 404, 200)),
        ("reviewer", (404, 404, 404, 404, 404)),
        ("finance", (404, 404, 404, 404, 404)),
        ("", (404, 404, 404, 404, 404)),
    ],
)
def test_who_sees_the_staffs_pages(client, sign_in, session, role, answers):
    call = make_call()
    sign_in(client, make_staff(call.programme, *([role] if role else [])))
    paths = [p.format(code=call.code, programme=call.programme.code) for p in STAFF_PAGES]
    assert tuple(client.get(path).status_code for path in paths) == answers


def test_staff_of_another_programme_sees_nothing_of_this_one(client, sign_in, session):
    call, other = make_call(), make_call()
    staff(client, sign_in, other)
    page = text_of(client.get("/calls/manage"))
    assert other.code in page and call.code not in page
    for path in STAFF_PAGES[1:]:
        assert client.get(path.format(code=call.code, programme=call.programme.code)).status_code == 404
    assert client.act(f"/calls/{call.id}/moves/cancel", reason="x").status_code == 404
    assert queries.get_call(call.id, fresh=True).state == "open"


def test_strangers_are_asked_to_sign_in(client, session):
    call = make_call()
    session.commit()
    assert "/sign-in" in client.get(f"/calls/{call.code}/manage").headers["Location"]


def test_a_draft_is_previewed_by_its_staff_only(client, new_client, sign_in, session):
    draft = make_draft()
    staff(client, sign_in, draft)
    assert "This is a preview" in text_of(client.get(f"/calls/{draft.code}/preview"))
    stranger = sign_in(new_client(), make_person())
    assert stranger.get(f"/calls/{draft.code}/preview").status_code == 404


def test_publishing_by_the_button(client, sign_in, session):
    draft = make_draft()
    staff(client, sign_in, draft)
    answer = client.fill(f"/calls/{draft.code}/manage", f"/calls/{draft.id}/moves/publish")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/calls/{draft.code}/manage")
    assert queries.get_call(draft.id, fresh=True).state == "published"
    page = text_of(client.get(f"/calls/{draft.code}/manage"))
    assert "Call published" in page and draft.document_sha256 in page


def test_pressing_publish_twice_publishes_once(client, sign_in, session):
    draft = make_draft()
    staff(client, sign_in, draft)
    path, version = f"/calls/{draft.id}/moves/publish", str(draft.version)
    first = client.act(path, key="same-key", version=version)
    second = client.act(path, key="same-key", version=version)
    third = client.act(path, version=version)
    assert (first.status_code, second.status_code, third.status_code) == (303, 303, 409)
    assert [e.action for e in audit.history("call", draft.id)].count("call.publish") == 1


def test_an_officer_reads_why_publishing_is_not_theirs(client, sign_in, session):
    draft = make_draft()
    staff(client, sign_in, draft, "officer")
    assert "Publish call" not in text_of(client.get(f"/calls/{draft.code}/manage"))
    answer = client.act(f"/calls/{draft.id}/moves/publish")
    assert answer.status_code == 409 and "Your role does not allow this step" in text_of(answer)


@pytest.mark.parametrize("name", ["open", "close", "decide", "extend", "drop", "publish_all"])
def test_other_moves_have_no_button(client, sign_in, session, name):
    call = make_call()
    staff(client, sign_in, call)
    assert client.act(f"/calls/{call.id}/moves/{name}", reason="x").status_code == 404


def test_cancelling_needs_a_reason_and_keeps_it(client, sign_in, session):
    call = make_call()
    staff(client, sign_in, call)
    path = f"/calls/{call.id}/moves/cancel"
    assert client.act(path).status_code == 422
    assert client.fill(f"/calls/{call.code}/manage", path, reason="The donor withdrew.").status_code == 303
    assert "The donor withdrew." in text_of(client.get(f"/calls/{call.code}/manage"))


def test_extending_by_the_form(client, sign_in, session):
    call = make_call()
    staff(client, sign_in, call)
    path = f"/calls/{call.code}/extend"
    wrong = client.fill(path, day="2026-07-08", wall="14:00", reason="")
    assert wrong.status_code == 422 and soup(wrong).find("input", {"name": "day"})["value"] == "2026-07-08"
    odd = client.fill(path, day="2026-10-25", wall="02:30", reason="Night.")
    assert odd.status_code == 422 and "happens twice" in text_of(odd)
    assert client.fill(path, day="2026-06-30", wall="14:00", reason="Early.").status_code == 409
    done = client.fill(path, day="2026-07-08", wall="14:00", reason="Floods in the area.")
    assert done.status_code == 303
    page = text_of(client.get(f"/calls/{call.code}/manage"))
    assert "1 July 2026, 14:00 Europe/Amsterdam became 8 July 2026, 14:00 Europe/Amsterdam" in page
    assert "Floods in the area." in page


def test_extending_from_a_stale_page_is_a_conflict(client, sign_in, session):
    call = make_call()
    staff(client, sign_in, call)
    fields = {"stage": "full_proposal", "day": "2026-07-08", "wall": "14:00", "reason": "Floods."}
    assert client.act(f"/calls/{call.code}/extend", version="999", **fields).status_code == 409


def upload(client, path, content: bytes, **more):
    return client.act(path, file=(io.BytesIO(content), "call.yaml"), **more)


def as_yaml(document) -> bytes:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, default_style='"').encode()


@pytest.fixture
def importer(client, sign_in, session):
    """A signed-in manager and the programme's import page."""
    programme = make_programme()
    sign_in(client, make_staff(programme, "manager"))
    return programme, f"/calls/import/{programme.code}"


def file_for(programme, **over) -> bytes:
    document = call_document(programme={"code": programme.code, "name": programme.name}, **over)
    return as_typed(document)


def as_typed(document) -> bytes:
    """As people write it: numbers and booleans bare, times in quotation marks."""
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode()


def test_a_file_is_checked_shown_and_imported(client, importer):
    programme, path = importer
    checked = upload(
        client, path, file_for(programme, code="WEB-1", reference_prefix="WEB", title={"en": "From the web"})
    )
    page = text_of(checked)
    assert checked.status_code == 200 and "This file is in order" in page and "From the web" in page
    assert queries.call_by_code("WEB-1") is None, "looking keeps nothing"
    typed = soup(checked).find("form", action=f"{path}/save").find("textarea").text
    done = client.act(f"{path}/save", text=typed)
    assert done.headers["Location"] == "/calls/WEB-1/manage"
    assert queries.call_by_code("WEB-1").state == "draft"


def test_flaws_are_shown_with_their_path_and_the_text_is_kept(client, importer):
    programme, path = importer
    content = file_for(programme, budget="lots", colour="red")
    answer = upload(client, path, content)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "budget: expected an amount" in page and "colour: is not known here" in page
    assert "budget: lots" in soup(answer).find("textarea", {"name": "text"}).text


@pytest.mark.parametrize("content", [b"", b"a: [", b"\xff\xfe", b"- 1"])
def test_what_is_no_call_file_is_refused_with_a_sentence(client, importer, content):
    _, path = importer
    answer = upload(client, path, content)
    assert answer.status_code == 422 and soup(answer).select_one(".error-summary li")


def test_a_file_of_another_programme_is_refused(client, importer):
    _, path = importer
    other = make_programme()
    db.session.commit()
    for target in (path, f"{path}/save"):
        answer = upload(client, target, file_for(other, code="OTHER-1", reference_prefix="OTH"))
        assert answer.status_code == 422 and "not for" in text_of(answer)
    assert queries.call_by_code("OTHER-1") is None


def test_importing_over_a_draft_warns_and_over_a_published_call_refuses(client, importer):
    programme, path = importer
    make_draft(programme=programme, code="TWICE-1", reference_prefix="TW1")
    db.session.commit()
    content = file_for(programme, code="TWICE-1", reference_prefix="TW1")
    assert "Importing replaces it" in text_of(upload(client, path, content))
    call = queries.call_by_code("TWICE-1")
    services.publish(call=call, actor=actor_of(make_staff(programme, "manager")))
    db.session.commit()
    answer = upload(client, path, content)
    assert answer.status_code == 422 and "no longer a draft" in text_of(answer)


def queries_of(client, path) -> int:
    from sqlalchemy import event  # noqa: PLC0415 - counted here only

    count = [0]

    def more(*_args) -> None:
        count[0] += 1

    event.listen(db.engine, "after_cursor_execute", more)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "after_cursor_execute", more)
    return count[0]


def test_lists_take_the_same_number_of_queries_for_1_and_30(client, sign_in, session):
    call = make_call()
    staff(client, sign_in, call)
    paths = ("/", "/calls/", "/calls/manage", "/api/v1/calls")
    few = [queries_of(client, path) for path in paths]
    for _ in range(29):
        make_call(programme=call.programme)
    session.commit()
    assert [queries_of(client, path) for path in paths] == few
    assert max(few) <= 12
    assert queries_of(client, f"/calls/{call.code}") <= 12
    assert queries_of(client, f"/calls/{call.code}/manage") <= 20


def test_a_person_without_a_role_has_no_list(client, sign_in, session):
    sign_in(client, make_person())
    assert client.get("/calls/manage").status_code == 404


def test_first_visit_stays_small(client, real_call):
    answer = client.get("/calls/EPRM-2020", headers={"Accept-Encoding": "gzip"})
    assert int(answer.headers["Content-Length"]) < 20_000
    assert clock.now() < real_call.closes_at
