"""The staff's pages of a call: who sees them, publishing, cancelling, extending, and their lists."""

from __future__ import annotations

import pytest

from app.calls import queries
from app.core import audit
from app.extensions import db
from tests.client import soup, text_of
from tests.factories.calls import make_call, make_draft
from tests.factories.identity import make_person, make_staff

pytestmark = pytest.mark.usefixtures("frozen")


def staff(client, sign_in, call, role="manager"):
    return sign_in(client, make_staff(call.programme, role))


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
    wrong = client.fill(path, day="2026-07-08", wall="14:00", reason_en="")
    assert wrong.status_code == 422 and soup(wrong).find("input", {"name": "day"})["value"] == "2026-07-08"
    odd = client.fill(path, day="2026-10-25", wall="02:30", reason_en="Night.")
    assert odd.status_code == 422 and "happens twice" in text_of(odd)
    assert client.fill(path, day="2026-06-30", wall="14:00", reason_en="Early.").status_code == 409
    done = client.fill(path, day="2026-07-08", wall="14:00", reason_en="Floods in the area.")
    assert done.status_code == 303
    page = text_of(client.get(f"/calls/{call.code}/manage"))
    assert "1 July 2026, 14:00 Europe/Amsterdam became 8 July 2026, 14:00 Europe/Amsterdam" in page
    assert "Floods in the area." in page


def test_extending_from_a_stale_page_is_a_conflict(client, sign_in, session):
    call = make_call()
    staff(client, sign_in, call)
    fields = {"stage": "full_proposal", "day": "2026-07-08", "wall": "14:00", "reason_en": "Floods."}
    assert client.act(f"/calls/{call.code}/extend", version="999", **fields).status_code == 409


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
