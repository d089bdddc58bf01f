"""Calls for other programs: the feed is sound XML, the calendar sound iCalendar, and both say only what is public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.calls import feeds, services
from app.calls.feeds import ATOM, Entry, Moment
from app.core import clock
from app.extensions import db
from tests.client import soup
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_staff

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
A = f"{{{ATOM}}}"


def moment(**over):
    about = {
        "ident": "x",
        "title": "T",
        "text": "D",
        "url": "https://a.example/c",
        "at": NOW,
        "stamp": NOW,
        "sequence": 1,
    }
    return Moment(**{**about, **over})


def manager_of(call):
    return actor_of(make_staff(call.programme, "manager"))


def unfolded(content: str) -> list[str]:
    """The lines of a calendar as a reader joins them (RFC 5545, 3.1)."""
    return content.replace("\r\n ", "").split("\r\n")


def unescaped(value: str) -> str:
    return value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\\"), max_size=400))
def test_any_title_survives_folding_and_escaping(title):
    content = feeds.calendar("Calls", "assay.example", [moment(title=title)])
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    (line,) = [one for one in unfolded(content) if one.startswith("SUMMARY:")]
    kept = "".join(c for c in title.replace("\r\n", "\n").replace("\r", "\n") if c.isprintable() or c == "\n")
    assert unescaped(line.removeprefix("SUMMARY:")) == kept


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_title_makes_sound_xml(title):
    entry = Entry("0197-1", title, title, "https://a.example/?a=1&b=2", NOW, NOW)
    feed = ElementTree.fromstring(feeds.atom(title, "https://a.example/", "https://a.example/f", "fr", [entry], NOW))
    assert feed.find(f"{A}entry/{A}link").get("href") == "https://a.example/?a=1&b=2"


def test_an_empty_feed_is_a_feed():
    feed = ElementTree.fromstring(feeds.atom("Calls", "https://a.example/", "https://a.example/f", "en", [], NOW))
    assert feed.find(f"{A}updated").text == "2026-09-01T12:00:00+00:00"
    assert feed.find(f"{A}entry") is None


def lines_of(client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.content_type == "text/calendar; charset=utf-8"
    return unfolded(answer.get_data(as_text=True))


def test_the_calendar_has_every_date_of_a_call_with_alarms_before_it_closes(session, frozen, client):
    call = make_call(title={"en": "Cobalt, and more"})
    db.session.commit()
    lines = lines_of(client, f"/calls/{call.code}/calendar.ics")
    starts = [line.removeprefix("DTSTART:") for line in lines if line.startswith("DTSTART:")]
    assert starts == [f"{at:%Y%m%dT%H%M%SZ}" for at in (call.opens_at, *(stage.closes_at for stage in call.stages))]
    assert lines.count("TRIGGER:-P7D") == lines.count("TRIGGER:-P1D") == len(call.stages)
    assert "SUMMARY:Opens: Cobalt\\, and more" in lines


def test_an_extension_moves_the_same_event(session, frozen, client):
    call = make_call()
    db.session.commit()

    def events():
        found, lines = {}, lines_of(client, "/calls/calendar.ics")
        for begin in (i for i, line in enumerate(lines) if line == "BEGIN:VEVENT"):
            event = dict(line.split(":", 1) for line in lines[begin + 1 : lines.index("END:VEVENT", begin)])
            found[event["UID"]] = event
        return found

    before = events()
    last = call.stages[-1]
    wall = last.closes_at.astimezone(ZoneInfo(call.zone)).replace(tzinfo=None) + timedelta(days=7)
    services.extend(call=call, stage=last, wall=wall, reasons={"en": "The network was down."}, actor=manager_of(call))
    db.session.commit()
    after = events()
    assert before.keys() == after.keys()
    uid = f"{last.id}-closes@localhost"
    assert after[uid]["DTSTART"] > before[uid]["DTSTART"]
    assert int(after[uid]["SEQUENCE"]) > int(before[uid]["SEQUENCE"])


def test_drafts_are_in_neither(session, client):
    draft, public = make_call(state="draft"), make_call()
    db.session.commit()
    assert client.get(f"/calls/{draft.code}/calendar.ics").status_code == 404
    for path in ("/calls/calendar.ics", "/calls/feed.atom"):
        content = client.get(path).get_data(as_text=True).replace("\r\n ", "")
        assert public.code in content and draft.code not in content


def test_a_cancelled_call_is_told_as_cancelled(session, frozen, client):
    call = make_call()
    services.cancel(call=call, reason="There is no money left.", actor=manager_of(call))
    db.session.commit()
    lines = lines_of(client, f"/calls/{call.code}/calendar.ics")
    assert "STATUS:CANCELLED" in lines and "STATUS:CONFIRMED" not in lines and "BEGIN:VALARM" not in lines


def test_the_feed_tells_each_call_in_the_readers_language(session, frozen, client):
    call = make_call()
    call.title, call.languages = {"en": "Open call", "fr": "Appel ouvert"}, ["en", "fr"]
    db.session.commit()
    answer = client.get("/calls/feed.atom", headers={"Accept-Language": "fr"})
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.get_data())
    assert feed.find(f"{A}entry/{A}title").text == "Appel ouvert"
    assert feed.find(f"{A}entry/{A}id").text == f"urn:uuid:{call.id}"
    assert feed.find(f"{A}entry/{A}link").get("href") == f"http://localhost/calls/{call.code}"
    assert clock.now() >= datetime.fromisoformat(feed.find(f"{A}updated").text)


def test_pages_lead_to_both(session, client):
    call = make_call()
    db.session.commit()
    page = soup(client.get("/calls/"))
    assert page.select_one("link[type='application/atom+xml']")["href"] == "/calls/feed.atom"
    hrefs = {a["href"] for a in page.select("main a")}
    assert {"/calls/feed.atom", "/calls/calendar.ics"} <= hrefs
    assert soup(client.get(f"/calls/{call.code}")).select_one(f"a[href='/calls/{call.code}/calendar.ics']")
