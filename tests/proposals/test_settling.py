"""Two texts of one answer: both are shown, one is chosen or a third written, once and by those who may."""

from __future__ import annotations

import pytest

from app.core.errors import NotFound
from app.extensions import db
from app.proposals import services
from app.proposals.models import RivalText
from tests.client import soup, text_of
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.devices import SAVES, two_devices, waiting


@pytest.fixture
def two(session, frozen, as_owner, new_client, sign_in):
    return two_devices(session, as_owner, new_client, sign_in)


def test_both_texts_are_shown_and_settled_without_a_script(two):
    proposal, mine, theirs, colleague = two
    page = mine.url
    first, second = mine.client.form(page, page)["values"], theirs.client.form(page, page)["values"]
    theirs.client.post(page, data={**second, "problem": "Their text."})
    clash = mine.client.post(page, data={**first, "problem": "My\nown text."}, follow_redirects=True)
    html = soup(clash)
    assert html.select_one("#q-problem").get_text().strip() == "Their text."
    block = html.select_one(".two-texts")
    assert (
        "Their text." in block.get_text() and "My\nown text." in block.get_text() and colleague.name in block.get_text()
    )
    keep = block.find("button", string="Keep this text")
    values = mine.client.form(page, page)["values"]
    settled = mine.client.post(keep["formaction"], data={**values, "settle": keep["value"]})
    assert settled.status_code == 303 and loaded(proposal).answers["problem"] == "My\nown text."
    (done,) = db.session.query(RivalText)
    assert (done.chosen, done.settled_by_name, done.standing) == ("typed", owner(proposal).name, "Their text.")
    assert soup(mine.client.get(page)).select_one(".two-texts") is None


def test_a_third_text_can_be_written_and_kept(two):
    proposal, mine, theirs, _ = two
    theirs.type(problem="Their text.")
    mine.type(problem="My text.")
    values = mine.client.form(mine.url, mine.url)["values"]
    block = soup(mine.client.get(mine.url)).select_one(".two-texts")
    keep = block.find("button", string="Keep the saved text")
    mine.client.post(keep["formaction"], data={**values, "problem": "Both together.", "settle": keep["value"]})
    assert loaded(proposal).answers["problem"] == "Both together." and waiting(proposal) == []


def test_a_choice_between_texts_that_are_no_longer_those_is_refused(two):
    proposal, mine, theirs, _ = two
    theirs.type(problem="Their text.")
    mine.type(problem="My text.")
    block = soup(mine.client.get(mine.url)).select_one(".two-texts")
    keep = block.find("button", string="Keep this text")
    theirs.type(problem="Their newer text.")
    refused = mine.client.act(keep["formaction"], settle=keep["value"])
    assert "changed a moment ago" in text_of(mine.client.get(refused.location))
    assert loaded(proposal).answers["problem"] == "Their newer text." and len(waiting(proposal)) == 1


def test_the_script_settles_without_leaving_the_page(two):
    proposal, mine, theirs, _ = two
    theirs.type(problem="Their text.")
    mine.type(problem="My text.")
    block = soup(mine.client.get(mine.url)).select_one(".two-texts")
    keep = block.find("button", string="Keep this text")
    body = {"csrf_token": mine.client.csrf_token(), "settle": keep["value"]}
    told = mine.client.post(keep["formaction"], data=body, headers=SAVES).json
    assert told["texts"] == [] and told["settled"] == {"problem": ["My text."]} and not told["refusal"]


def test_two_texts_are_told_on_the_task_list_and_before_submitting(two):
    proposal, mine, theirs, _ = two
    theirs.type(problem="Their text.")
    mine.type(problem="My text.")
    for page in (f"/proposals/{proposal.id}", address(proposal.stages[-1]) + "/check"):
        shown = soup(mine.client.get(page))
        link = next(a["href"] for a in shown.select(".notice a") if "#text-" in a["href"])
        assert link.startswith(mine.url) and "1 answer has two texts" in shown.get_text()


def test_strangers_neither_see_nor_settle(two, new_client, sign_in):
    from tests.factories.identity import actor_of, make_person

    proposal, mine, theirs, colleague = two
    stranger = make_person()
    other = address(make_proposal("draft").stages[-1])
    db.session.commit()
    theirs.type(problem="Their text.")
    mine.type(problem="My text.")
    (kept,) = waiting(proposal)
    client = sign_in(new_client(), stranger)
    assert client.act(f"{mine.url}/texts/{kept.id}", settle="standing").status_code == 404
    assert client.act(f"{other}/sections/idea/texts/{kept.id}", settle="standing").status_code == 404
    assert mine.client.act(f"{mine.url}/texts/{kept.id}", settle="nonsense").status_code == 404
    with pytest.raises(NotFound):
        services.settle_text(
            submission=loaded(proposal), text=kept, choice="standing", seen="", actor=actor_of(stranger)
        )
    assert len(waiting(proposal)) == 1 and colleague


def test_a_text_is_settled_once_however_often_it_is_sent(two):
    proposal, mine, theirs, _ = two
    theirs.type(problem="Their text.")
    mine.type(problem="My text.")
    keep = soup(mine.client.get(mine.url)).select_one(".two-texts").find("button", string="Keep this text")
    for _time in range(2):
        assert mine.client.act(keep["formaction"], settle=keep["value"]).status_code == 303
    changes = loaded(proposal).field_versions["problem"]
    mine.client.act(keep["formaction"], settle="standing")
    assert loaded(proposal).answers["problem"] == "My text." and loaded(proposal).field_versions["problem"] == changes
