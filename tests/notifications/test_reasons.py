"""Why a call got more time, in the languages of the call: what the manager writes, and what each reader reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.calls import queries
from app.core import audit
from app.extensions import db
from app.notifications.dispatch import deliver_due
from tests.client import soup, text_of
from tests.factories.calls import make_call
from tests.factories.identity import make_organisation, make_person, make_staff
from tests.factories.notifications import mails
from tests.factories.proposals import make_proposal

FRENCH, SPANISH = "Les routes étaient coupées <b>partout</b>.", "Las carreteras estaban cortadas."


@pytest.fixture
def call(session):
    made = make_call()
    made.languages = ["fr", "es"]
    db.session.commit()
    return made


def extend(browser, call, **reasons):
    day = (queries.get_call(call.id).closes_at + timedelta(days=5)).date().isoformat()
    page = f"/calls/{call.code}/extend"
    return browser.fill(page, day=day, wall="14:00", **reasons)


def reading(language, new_client):
    browser = new_client()
    browser.set_cookie("language", language)
    return browser


def spoken(browser, path, words):
    """The innermost element that holds the words, and the language it is marked with."""
    found = [tag for tag in soup(browser.get(path)).find_all(["p", "span"]) if words in tag.get_text()]
    assert found, path
    return found[-1].get("lang")


def applicants(call):
    """One who reads English, one French and one Spanish, each with a draft."""
    found = {}
    for language in ("en", "fr", "es"):
        person = make_person(locale=language)
        make_proposal("draft", call=call, owner=person, organisation=make_organisation(owner=person))
        found[language] = person
    db.session.commit()
    return found


def mail_to(person):
    mail = mails(person.email)[-1]
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_each_reader_gets_the_reason_in_a_language_of_theirs_or_marked(call, client, new_client, sign_in):
    people = applicants(call)
    assert extend(sign_in(client, make_staff(call.programme, "manager")), call, reason_fr=FRENCH).status_code == 303
    db.session.commit()
    deliver_due(20)
    path = f"/calls/{call.code}"
    assert spoken(reading("fr", new_client), path, FRENCH) is None
    assert spoken(reading("es", new_client), path, FRENCH) == spoken(reading("en", new_client), path, FRENCH) == "fr"
    for language, person in people.items():
        plain, html = mail_to(person)
        assert FRENCH in plain and FRENCH not in html, "what people typed is escaped"
        marked = soup_of(html).find("span", {"lang": "fr"})
        assert (marked is None) is (language == "fr")
        assert marked is None or marked.get_text() == FRENCH


def soup_of(html):
    from bs4 import BeautifulSoup  # noqa: PLC0415 - for a text, not an answer

    return BeautifulSoup(html, "html.parser")


def test_written_twice_each_reads_their_own(call, client, new_client, sign_in):
    people = applicants(call)
    manager = sign_in(client, make_staff(call.programme, "manager"))
    assert extend(manager, call, reason_fr=FRENCH, reason_es=SPANISH).status_code == 303
    db.session.commit()
    deliver_due(20)
    path = f"/calls/{call.code}"
    assert spoken(reading("es", new_client), path, SPANISH) is None
    assert spoken(reading("fr", new_client), path, FRENCH) is None
    assert SPANISH in mail_to(people["es"])[0] and FRENCH not in mail_to(people["es"])[0]
    entry = audit.history("call", call.id)[-1]
    assert entry.reason == FRENCH and entry.detail["reasons"] == {"fr": FRENCH, "es": SPANISH}
    for language, words, mark in (("es", SPANISH, ""), ("en", FRENCH.replace("<", "&lt;"), ' xml:lang="fr"')):
        feed = reading(language, new_client).get("/calls/feed.atom").text
        assert f"<summary{mark}>{words[:20]}" in feed


def test_a_reason_is_asked_for_once_and_nothing_typed_is_lost(call, client, sign_in):
    manager = sign_in(client, make_staff(call.programme, "manager"))
    page = f"/calls/{call.code}/extend"
    boxes = [tag["name"] for tag in soup(manager.get(page)).find_all("textarea")]
    assert boxes == ["reason_fr", "reason_es"], "the languages of the call, in its order"
    empty = extend(manager, call, reason_fr=" ", reason_es="")
    assert empty.status_code == 422 and text_of(empty).count("Say why; applicants will read it.") == 2
    long = extend(manager, call, reason_fr="x" * 2001, reason_es=SPANISH)
    assert long.status_code == 422
    assert [tag.get_text() for tag in soup(long).find_all("textarea")] == ["x" * 2001, SPANISH]
    stale = extend(manager, call, reason_es=SPANISH, version="999")
    assert stale.status_code == 409 and SPANISH in stale.text
    assert soup(stale).find("input", {"name": "version"})["value"] == str(queries.get_call(call.id).version)
