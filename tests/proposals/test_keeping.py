"""No text takes another's place unseen: fields merge, the same field written by two keeps both, and a repeat changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db
from app.proposals import queries, services
from app.proposals.models import PatchReceipt, RivalText
from app.proposals.posted import Posted
from tests.client import soup, text_of
from tests.factories.identity import make_member
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import loaded, owner
from tests.proposals.devices import SAVES, Device, two_devices, waiting


@pytest.fixture
def two(session, frozen, as_owner, new_client, sign_in):
    return two_devices(session, as_owner, new_client, sign_in)


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


def test_how_far_pages_had_got_is_forgotten_when_they_are_silent(two, frozen):
    from tests.conftest import NOON

    _, mine, _, _ = two
    mine.type(problem="One.")
    assert services.forget_patches() == 0
    frozen(NOON + timedelta(days=91))
    assert services.forget_patches() == 1 and db.session.query(PatchReceipt).count() == 0
