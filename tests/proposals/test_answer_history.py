"""The history of an answer: word by word, who changed what, and putting an earlier text back."""

import pytest

from app.core.errors import Invalid
from app.proposals import queries, services
from app.proposals.rewriting import Piece, word_differences
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_member
from tests.factories.proposals import fill_in, make_collaborator, make_proposal
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.talking import question
from tests.proposals.test_changes import changes_of, save


def test_texts_are_compared_word_by_word():
    found = word_differences("The mine floods in May.", "The old mine floods in June.")
    assert [(p.kind, p.text) for p in found] == [
        ("same", "The "),
        ("new", "old "),
        ("same", "mine floods in "),
        ("gone", "May"),
        ("new", "June"),
        ("same", "."),
    ]
    assert word_differences("", "New.") == (Piece("new", "New."),)
    assert word_differences("Gone.", "") == (Piece("gone", "Gone."),)
    assert word_differences("Same.", "Same.") == (Piece("same", "Same."),)


@pytest.mark.parametrize(
    ("before", "after"), [("a b c", "a x c"), ("one", "two three"), ("", ""), ("é́ سلام", "é سلام ok")]
)
def test_nothing_is_lost_between_two_texts(before, after):
    found = word_differences(before, after)
    assert "".join(p.text for p in found if p.kind != "new") == before
    assert "".join(p.text for p in found if p.kind != "gone") == after


def test_long_texts_are_shortened_and_huge_ones_compared_in_one_piece():
    long = "word " * 400
    first, gone, new, last = word_differences(long + "here " + long, long + "there " + long)
    assert first.text.startswith("…") and last.text.endswith("…") and len(first.text) < 100
    assert (gone.text, new.text) == ("here", "there")
    huge = word_differences("a " * 5000, "b " * 5000)
    assert [p.kind for p in huge] == ["gone", "new", "same"]


def test_the_history_of_a_question_tells_who_changed_what(session, frozen, as_owner):
    proposal = make_proposal("draft")
    colleague = make_member(proposal.organisation, "editor")
    save(proposal, owner(proposal), "The mine floods.")
    save(proposal, actor_of(colleague), "The mine often floods.")
    browser = as_owner(proposal)
    page = soup(browser.get(question(loaded(proposal))))
    newest = page.select(".timeline li")[0]
    assert colleague.name in newest.get_text() and newest.select_one("ins").get_text() == "often "
    section = browser.get(address(loaded(proposal)) + "/sections/idea/history")
    assert colleague.name in text_of(section) and "often" in text_of(section)


def test_an_earlier_text_is_put_back_and_what_stood_there_is_kept(session, frozen, as_owner):
    proposal = make_proposal("draft")
    text = "Water stands in the shaft for half of the year. " * 5
    save(proposal, owner(proposal), text)
    save(proposal, owner(proposal), "Nothing.")
    browser = as_owner(proposal)
    newest = changes_of(proposal)[-1]
    page = question(loaded(proposal))
    assert browser.fill(page, f"{page}/changes/{newest.id}/restore").status_code == 303
    assert loaded(proposal).answers["problem"] == text.strip()
    assert changes_of(proposal)[-1].before == "Nothing."


def test_answers_that_are_no_texts_are_shown_and_put_back_too(session, frozen, as_owner):
    proposal = make_proposal("full_draft")
    fill_in(loaded(proposal))
    stage = loaded(proposal)
    partners = stage.answers["partners"]
    services.save_section(
        submission=stage,
        section_id="applicant",
        fields={"partners.0.name": ["Other"]},
        expected_version=None,
        actor=owner(proposal),
    )
    change = changes_of(proposal, "partners")[-1]
    browser = as_owner(proposal)
    page = question(loaded(proposal), "partners")
    assert "Other" in text_of(browser.get(page))
    services.restore_answer(
        submission=loaded(proposal), change=queries.get_change(stage.id, change.id), actor=owner(proposal)
    )
    before = queries.get_change(stage.id, change.id).before
    assert loaded(proposal).answers["partners"] == before
    assert partners


def test_what_a_changed_question_cannot_take_is_not_put_back(session, frozen):
    proposal = make_proposal("draft")
    save(proposal, owner(proposal), "Water.")
    save(proposal, owner(proposal), "")
    ident = changes_of(proposal)[-1].id
    stage = loaded(proposal)
    change = queries.get_change(stage.id, ident)
    change.form_sha256 = "0" * 64
    with pytest.raises(Invalid, match="changed since"):
        services.restore_answer(submission=stage, change=change, actor=owner(stage.proposal))


def test_nothing_is_put_back_where_one_may_not_write(session, frozen, client, sign_in):
    proposal = make_proposal("full_draft")
    fill_in(loaded(proposal))
    helper = make_collaborator(loaded(proposal).proposal, "contributor", "full_proposal/plan")
    stage = loaded(proposal)
    money, plan = changes_of(proposal, "grant")[-1], changes_of(proposal, "duration")[-1]
    sign_in(client, helper)
    assert "/restore" not in client.get(question(stage, "grant")).text
    assert "/restore" in client.get(question(stage, "duration")).text
    assert client.act(f"{question(stage, 'grant')}/changes/{money.id}/restore").status_code == 404
    assert client.act(f"{question(stage, 'duration')}/changes/{money.id}/restore").status_code == 404
    assert client.act(f"{question(stage, 'duration')}/changes/{plan.id}/restore").status_code == 303
