"""Importing a call file by the page: checked, shown, and refused with the path of every flaw."""

from __future__ import annotations

import io

import pytest
import yaml

from app.calls import queries, services
from app.extensions import db
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_draft
from tests.factories.identity import actor_of, make_programme, make_staff

pytestmark = pytest.mark.usefixtures("frozen")


def upload(client, path, content: bytes, **more):
    return client.act(path, file=(io.BytesIO(content), "call.yaml"), **more)


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
