"""No text takes another's place unseen: fields merge, the same field written by two keeps both, and a repeat changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app.core.errors import NotFound
from app.extensions import db
from app.proposals import queries, services
from app.proposals.models import PatchReceipt, RivalText
from app.proposals.posted import Posted
from tests.client import soup, text_of
from tests.factories.identity import make_member
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import address, loaded, owner

SAVES = {"X-Autosave": "1"}


class Device:
    """An open page with a script: what it knows of each field, and how many edits it has counted."""

    def __init__(self, client, stage, section="idea", name="device-one"):
        self.client, self.url, self.name = client, f"{address(stage)}/sections/{section}", name
        self.version = int(client.form(self.url, self.url)["values"]["version"])
        self.bases, self.sequence = {}, 0

    def body(self, **fields):
        bases = {name: self.bases.get(name, self.version) for name in fields}
        return {
            "csrf_token": self.client.csrf_token(), "version": str(self.version), "patch:client": self.name,
            "patch:sequence": str(self.sequence), "patch:bases": json.dumps(bases), **fields,
        }  # fmt: skip

    def type(self, **fields):
        self.sequence += 1
        return self.post(self.body(**fields))

    def post(self, body):
        answer = self.client.post(self.url, data=body, headers=SAVES)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def learns(self, told):
        self.version = told["version"]


@pytest.fixture
def two(session, frozen, as_owner, new_client, sign_in):
    proposal = make_proposal("draft")
    colleague = make_member(proposal.organisation, "editor")
    stage = proposal.stages[-1]
    session.commit()
    mine = Device(as_owner(proposal), stage)
    return proposal, mine, Device(sign_in(new_client(), colleague), stage, name="device-two"), colleague


def waiting(proposal):
    return queries.waiting_texts([loaded(proposal).id])


def test_different_fields_of_one_section_merge(two):
    proposal, mine, theirs, _ = two
    theirs.type(problem="Theirs.")
    told = mine.type(minerals=["tin"])
    assert told["texts"] == [] and told["newer"] == {"problem": ["Theirs."]}
    assert (loaded(proposal).answers["problem"], loaded(proposal).answers["minerals"]) == ("Theirs.", ["tin"])


def test_the_same_field_keeps_both_texts(two):
    proposal, mine, theirs, colleague = two
    theirs.type(problem="Their text.")
    told = mine.type(problem="My text.")
    assert loaded(proposal).answers["problem"] == "Their text."
    (kept,) = waiting(proposal)
    assert (kept.typed, kept.standing, kept.kind) == (["My text."], "Their text.", "rival")
    assert [text["name"] for text in told["texts"]] == ["problem"]
    assert "Their text." in told["texts"][0]["html"] and "My text." in told["texts"][0]["html"]
    assert colleague.name in told["texts"][0]["html"]


def test_what_is_typed_on_beside_a_rival_is_kept_in_its_place(two):
    proposal, mine, theirs, _ = two
    theirs.type(problem="Their text.")
    mine.type(problem="My")
    mine.type(problem="My longer text.")
    assert [text.typed for text in waiting(proposal)] == [["My longer text."]]


def test_the_same_text_is_no_rival_and_a_blank_never_beats_text(two):
    proposal, mine, theirs, _ = two
    theirs.type(problem="Same.", grant="100000")
    told = mine.type(problem="Same.", grant="")
    assert waiting(proposal) == [] and "grant" in told["newer"]
    assert loaded(proposal).answers["grant"]["amount"] == "100000.00"
    theirs.type(problem="")
    mine.type(problem="Mine comes back.")
    assert loaded(proposal).answers["problem"] == "Mine comes back." and waiting(proposal) == []


def test_a_repeated_or_late_patch_is_acknowledged_and_changes_nothing(two):
    proposal, mine, theirs, _ = two
    first = mine.body(problem="One") | {"patch:sequence": "1"}
    mine.post(first)
    mine.sequence = 1
    mine.type(problem="One two")
    theirs.version = loaded(proposal).version
    theirs.type(problem="Theirs, after reading mine.")
    for body in (first, mine.body(problem="One two")):
        mine.post(body)
    assert loaded(proposal).answers["problem"] == "Theirs, after reading mine." and waiting(proposal) == []
    assert db.session.query(PatchReceipt).filter_by(client="device-one").one().sequence == 2


def test_a_page_is_no_rival_of_itself_when_answers_get_lost(two):
    """The server took a text in, the page never heard of it and goes on from the version it knew."""
    proposal, mine, _, _ = two
    mine.type(problem="One")
    mine.type(problem="One two")
    assert loaded(proposal).answers["problem"] == "One two" and waiting(proposal) == []


def test_without_a_script_only_what_was_changed_on_the_page_counts(two):
    proposal, mine, theirs, _ = two
    page = mine.url
    first, second = mine.client.form(page, page)["values"], theirs.client.form(page, page)["values"]
    theirs.client.post(page, data={**second, "problem": "Theirs.", "minerals": ["gold"]})
    saved = mine.client.post(page, data={**first, "grant": "100000"})
    assert saved.status_code == 303
    found = loaded(proposal).answers
    assert (found["problem"], found["minerals"], found["grant"]["amount"]) == ("Theirs.", ["gold"], "100000.00")
    assert waiting(proposal) == []


def test_boxes_unticked_without_a_script_are_unticked(two):
    proposal, mine, _, _ = two
    mine.type(minerals=["gold", "tin"])
    values = mine.client.form(mine.url, mine.url)["values"]
    del values["minerals"]
    mine.client.post(mine.url, data=values)
    assert loaded(proposal).answers["minerals"] == []


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


def test_text_for_a_closed_section_is_kept_beside_with_words(two, frozen):
    proposal, mine, _, _ = two
    submitted = make_proposal("submitted", organisation=proposal.organisation)
    stage = submitted.stages[-1]
    page = Device(mine.client, stage, name="device-late")
    frozen(stage.call_stage.closes_at + timedelta(seconds=1))
    told = page.type(problem="Too late, alas.")
    assert "deadline has passed" in told["aside"]["problem"]
    (kept,) = queries.waiting_texts([stage.id])
    assert (kept.kind, kept.typed) == ("late", ["Too late, alas."])
    shown = mine.client.get(f"/proposals/{submitted.id}")
    assert "Too late, alas." in text_of(shown) and "is not part of your proposal" in text_of(shown)
    put_away = next(f for f in soup(shown).find_all("form") if "/texts/" in (f.get("action") or ""))
    assert mine.client.act(put_away["action"], settle="standing").status_code == 303
    assert queries.waiting_texts([stage.id]) == []


def test_text_for_a_question_that_is_no_longer_asked_is_kept_beside(two):
    proposal, mine, _, _ = two
    told = mine.type(removed_question="A text for nothing.", problem="And one for something.")
    assert told["aside"] == {"removed_question": ""}
    assert loaded(proposal).answers["problem"] == "And one for something."
    assert "A text for nothing." in text_of(mine.client.get(f"/proposals/{proposal.id}"))


def test_rows_that_two_people_add_and_remove_never_mix(session, frozen, as_owner, new_client, sign_in):
    proposal = make_proposal("full_draft")
    stage = proposal.stages[-1]
    colleague = make_member(proposal.organisation, "editor")
    session.commit()
    mine = Device(as_owner(proposal), stage, "applicant")
    theirs = Device(sign_in(new_client(), colleague), stage, "applicant", name="device-two")
    mine.type(**{"partners.ra.name": "Mine", "partners.ra.role": "lead"})
    theirs.type(**{"partners.rb.name": "Theirs"})
    removal = mine.body() | {"remove_row": "partners:ra", "patch:sequence": "9"}
    theirs.type(**{"partners.ra.role": "partner"})
    mine.version = loaded(proposal).version - 1
    mine.client.post(mine.url, data=removal)
    rows = {row["_id"]: row for row in loaded(proposal).answers["partners"]}
    assert rows["rb"]["name"] == "Theirs"
    assert waiting(proposal)[0].name == "partners.ra.role" and waiting(proposal)[0].typed == ["partner"]
    assert mine.client.get(mine.url).status_code == 200


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


def test_too_much_is_refused_with_words_and_stays_with_the_page(two):
    proposal, mine, _, _ = two
    mine.sequence = 1
    answer = mine.client.post(mine.url, data=mine.body(problem="word " * 250_000), headers=SAVES)
    assert answer.status_code == 422 and "too much text" in answer.json["detail"]
    told = mine.post(mine.body(problem="Short."))
    assert told["version"] and loaded(proposal).answers["problem"] == "Short.", (
        "the refused patch was not counted as taken"
    )


def test_many_texts_beside_are_refused_with_words(two):
    proposal, mine, _, _ = two
    mine.sequence = 1
    many = {f"no_question_{n}": "text" for n in range(400)}
    answer = mine.client.post(mine.url, data=mine.body(**many), headers=SAVES)
    assert answer.status_code == 422 and db.session.query(RivalText).count() == 0


def test_services_that_name_no_version_overrule(two):
    proposal, _, _, _ = two
    page = Posted({"problem": ["A"]}, seen=None, section_id="idea", shown={"problem": ""})
    services.save_page(submission=loaded(proposal), page=page, actor=owner(proposal))
    services.save_section(
        submission=loaded(proposal),
        section_id="idea",
        fields={"problem": ["B"]},
        expected_version=None,
        actor=owner(proposal),
    )
    assert loaded(proposal).answers["problem"] == "B"


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


def test_how_far_pages_had_got_is_forgotten_when_they_are_silent(two, frozen):
    from tests.conftest import NOON

    _, mine, _, _ = two
    mine.type(problem="One.")
    assert services.forget_patches() == 0
    frozen(NOON + timedelta(days=91))
    assert services.forget_patches() == 1 and db.session.query(PatchReceipt).count() == 0
