"""Comments, changes and presence: among those who write, and for nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.errors import NotFound
from app.notifications import audience
from app.notifications.subjects import load
from app.proposals import queries, services
from app.proposals.models import Presence, QuestionComment
from tests.client import soup, text_of
from tests.conftest import NOON
from tests.factories.identity import actor_of, make_person, make_staff
from tests.factories.proposals import make_collaborator, make_proposal, owner_of
from tests.identity.mails import events
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.talking import question
from tests.proposals.test_changes import changes_of, save

ADDED = "proposal.comment_added"


def say(proposal, actor, text, ident="problem"):
    return services.add_comment(submission=loaded(proposal), question_id=ident, text=text, actor=actor)


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
