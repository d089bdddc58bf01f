"""Comments, changes and presence: among those who write, and for nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.errors import Invalid, NotFound
from app.notifications import audience
from app.notifications.subjects import load
from app.proposals import queries, services
from app.proposals.models import Presence, QuestionComment
from app.proposals.rewriting import Piece, word_differences
from tests.client import soup, text_of
from tests.conftest import NOON
from tests.factories.identity import actor_of, make_member, make_person, make_staff
from tests.factories.proposals import fill_in, make_collaborator, make_proposal, owner_of
from tests.identity.mails import events
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.test_changes import changes_of, save

ADDED = "proposal.comment_added"


def question(stage, ident="problem") -> str:
    return f"{address(stage)}/questions/{ident}"


def say(proposal, actor, text, ident="problem"):
    return services.add_comment(submission=loaded(proposal), question_id=ident, text=text, actor=actor)


# Word differences


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


# Changes and restoring


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


# Comments


def test_a_comment_reaches_the_others_and_waits_in_the_task_list(session, frozen, as_owner, sign_in, new_client):
    proposal = make_proposal("draft")
    viewer = make_collaborator(proposal, "viewer")
    session.commit()
    browser = sign_in(new_client(), viewer)
    page = question(loaded(proposal))
    assert browser.fill(page, page + "/comments", text="Which shaft?").status_code == 303
    boss = as_owner(proposal)
    assert "Which shaft?" in text_of(boss.get(page)) and viewer.name in text_of(boss.get(page))
    assert "1 comment to settle" in text_of(boss.get(f"/proposals/{proposal.id}"))
    assert "1 comment" in text_of(boss.get(address(loaded(proposal)) + "/sections/idea"))
    assert boss.fill(page, page + "/thread", then="settle").status_code == 303
    assert "to settle" not in text_of(boss.get(f"/proposals/{proposal.id}"))
    assert "Settled by" in text_of(browser.get(page))
    say(proposal, owner(proposal), "The lower one.")
    session.commit()
    assert "1 comment to settle" not in text_of(boss.get(f"/proposals/{proposal.id}"))
    assert "2 comments to settle" in text_of(boss.get(f"/proposals/{proposal.id}"))


@pytest.mark.parametrize(
    ("text", "says"),
    [("  ", "Write a comment first"), ("x" * 5001, "longer than"), ("It lies at -1.96412, 30.06187.", "position")],
)
def test_what_cannot_be_kept_stays_in_the_field(session, frozen, as_owner, text, says):
    proposal = make_proposal("draft")
    browser = as_owner(proposal)
    page = question(loaded(proposal))
    answer = browser.fill(page, page + "/comments", text=text)
    assert answer.status_code == 422 and says in text_of(answer)
    assert soup(answer).select_one("textarea[name=text]").get_text().strip() == text.strip()
    assert queries.thread_counts(loaded(proposal).id) == {}


@pytest.mark.parametrize("role", ["staff", "outsider", "removed", "reviewer"])
def test_nobody_else_reads_or_writes_any_of_it(session, frozen, client, sign_in, role):
    proposal = make_proposal("submitted")
    say(proposal, owner(proposal), "Our secret doubt.")
    change = changes_of(proposal)[-1]
    person = {
        "staff": lambda: make_staff(loaded(proposal).proposal.call.programme, "manager", "officer", "auditor"),
        "reviewer": lambda: make_staff(loaded(proposal).proposal.call.programme, "reviewer", "committee_member"),
        "outsider": make_person,
        "removed": lambda: _removed(proposal),
    }[role]()
    session.commit()
    sign_in(client, person)
    stage = loaded(proposal)
    at, page = address(stage), question(stage)
    assert client.get(page).status_code == client.get(at + "/sections/idea/history").status_code == 404
    for path in ("/comments", "/thread", f"/changes/{change.id}/restore"):
        assert client.act(page + path, text="x", then="settle").status_code == 404
    assert client.act(at + "/presence").status_code == 404
    for seen in (f"/proposals/{proposal.id}", at + "/versions/1", at + "/screening", at + "/versions/1/sealed.json"):
        assert "Our secret doubt" not in client.get(seen).text
    with pytest.raises(NotFound):
        say(proposal, actor_of(person), "x")
    sealed = queries.latest_sealed(stage.id)
    assert "secret doubt" not in sealed.snapshot


def _removed(proposal):
    person = make_collaborator(loaded(proposal).proposal, "editor")
    found = loaded(proposal).proposal
    row = queries.collaborators_of(found.id)[0]
    services.end_part(proposal=found, collaborator=row, actor=owner(found))
    return person


def test_comments_are_told_together_to_those_who_take_part(session, frozen):
    proposal = make_proposal("draft")
    boss, helper, reader = (
        owner_of(proposal.organisation),
        make_collaborator(proposal),
        make_collaborator(proposal, "viewer"),
    )
    gone = make_collaborator(proposal, "viewer")
    say(proposal, actor_of(gone), "Bye.")
    say(proposal, actor_of(helper), "One.")
    say(proposal, actor_of(helper), "Two.", "title")
    found = loaded(proposal).proposal
    row = next(c for c in queries.collaborators_of(found.id) if c.person_id == gone.id)
    services.end_part(proposal=found, collaborator=row, actor=owner(found))
    assert services.tell_of_comments() == 0, "they wait for more"
    frozen(NOON + timedelta(minutes=11))
    assert services.tell_of_comments() == 1
    assert services.tell_of_comments() == 0, "once"
    session.commit()
    (event,) = events(ADDED)
    heard = {one.person_id for one in audience.who_take_part(load(event))}
    assert heard == {boss.id, helper.id}, "who left hears nothing, who never spoke neither"
    assert reader.id not in heard


def test_who_said_all_of_it_is_not_written_to(session, frozen):
    proposal = make_proposal("draft")
    helper = make_collaborator(proposal)
    say(proposal, owner(proposal), "A note to myself.")
    frozen(NOON + timedelta(minutes=11))
    services.tell_of_comments()
    assert [p.person_id for p in audience.who_take_part(load(events(ADDED)[-1]))] == []
    say(proposal, actor_of(helper), "And from me.")
    frozen(NOON + timedelta(minutes=30))
    services.tell_of_comments()
    heard = [p.person_id for p in audience.who_take_part(load(events(ADDED)[-1]))]
    assert heard == [owner(proposal).person_id]
    assert all(c.told_at for c in session.scalars(select(QuestionComment)))


# Presence


def test_who_is_here_is_told_to_the_others_for_a_minute(session, frozen, as_owner, sign_in, new_client):
    proposal = make_proposal("draft")
    helper = make_collaborator(proposal)
    boss, other = as_owner(proposal), sign_in(new_client(), helper)
    at = address(loaded(proposal))
    assert other.act(at + "/presence", section="idea").json == {"present": []}
    words = f"{helper.name} is in “Idea”"
    assert boss.act(at + "/presence").json == {"present": [words]}
    assert words in text_of(boss.get(at + "/sections/idea"))
    assert f"{at}/presence" in boss.get(f"/proposals/{proposal.id}").text, "there the script tells"
    assert f"{owner_of(proposal.organisation).name} has this proposal open" in text_of(other.get(at + "/sections/idea"))
    frozen(NOON + timedelta(seconds=61))
    assert words not in text_of(boss.get(at + "/sections/idea"))
    frozen(NOON + timedelta(hours=2))
    assert other.act(at + "/presence", section="nothing").status_code == 200
    assert "has this proposal open" in text_of(boss.get(at + "/sections/idea"))
    assert len(list(session.scalars(select(Presence)))) == 2


def test_saving_says_so_without_any_script_and_looking_writes_nothing(session, frozen, as_owner, sign_in, new_client):
    proposal = make_proposal("draft")
    helper = make_collaborator(proposal)
    boss, other = as_owner(proposal), sign_in(new_client(), helper)
    page = address(loaded(proposal)) + "/sections/idea"
    other.get(page)
    assert list(session.scalars(select(Presence))) == []
    assert other.fill(page, page, problem="Water.").status_code == 303
    assert f"{helper.name} is in “Idea”" in text_of(boss.get(page))


def test_a_page_takes_as_many_queries_with_much_talk_as_with_none(session, frozen, as_owner, count_queries):
    proposal = make_proposal("draft")
    browser = as_owner(proposal)
    stage = loaded(proposal)
    pages = (
        question(stage),
        address(stage) + "/sections/idea",
        f"/proposals/{proposal.id}",
        address(stage) + "/sections/idea/history",
    )
    say(proposal, owner(proposal), "First.")
    save(proposal, owner(proposal), "Text 0")
    session.commit()

    def counted():
        found = []
        for page in pages:
            browser.get(page)
            with count_queries() as seen:
                browser.get(page)
            found.append(len(seen))
        return found

    few = counted()
    for number in range(30):
        frozen(NOON + timedelta(hours=number + 1))
        say(proposal, owner(proposal), f"Comment {number}")
        save(proposal, owner(proposal), f"Text {number}" * 3)
    session.commit()
    frozen(NOON)
    assert counted() == few
    assert max(few) <= 12, few
