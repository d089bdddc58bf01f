"""Who changed which answer, and when: one row for one go, nothing of a text lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.proposals import services
from app.proposals.models import AnswerChange
from app.proposals.rewriting import goes_on, taken_away
from tests.conftest import NOON
from tests.factories.identity import actor_of, make_member
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import loaded, owner


def changes_of(proposal, question="problem"):
    query = select(AnswerChange).where(AnswerChange.question_id == question)
    return list(db.session.scalars(query.order_by(AnswerChange.created_at, AnswerChange.id)))


def save(proposal, actor, problem):
    services.save_section(
        submission=loaded(proposal),
        section_id="idea",
        fields={"problem": [problem]},
        expected_version=None,
        actor=actor,
    )


@pytest.mark.parametrize(
    "old, new, gone",
    [
        ("", "abc", 0),
        (None, "abc", 0),
        ("abc", "abcdef", 0),
        ("abcdef", "abc", 3),
        ("one two three", "one three", 4),
        ("aaa", "aa", 1),
        ("old words", "new", 9),
        (["tin", "gold"], ["tin"], len(', "gold"')),
    ],
)
def test_what_is_taken_away_is_counted_between_what_stays(old, new, gone):
    assert taken_away(old, new) == gone


def test_a_go_ends_after_ten_minutes_and_never_reaches_into_the_past():
    assert goes_on(NOON, NOON + timedelta(minutes=9), "a", "ab")
    assert not goes_on(NOON, NOON + timedelta(minutes=10), "a", "ab")
    assert not goes_on(NOON, NOON - timedelta(seconds=1), "a", "ab")
    assert not goes_on(NOON, NOON, "x" * 81, "")


def test_what_one_person_writes_in_one_go_is_one_change(session, frozen):
    proposal = make_proposal("draft")
    me = owner(proposal)
    for minutes, text in ((0, "The"), (4, "The mine"), (9, "The mine floods."), (11, "The mine floods. Often.")):
        frozen(NOON + timedelta(minutes=minutes))
        save(proposal, me, text)
    found = changes_of(proposal)
    assert [(c.before, c.after) for c in found] == [
        (None, "The mine floods."),
        ("The mine floods.", "The mine floods. Often."),
    ]
    assert [c.person_name for c in found] == [me.name] * 2
    assert found[0].at == NOON + timedelta(minutes=9)


def test_two_people_have_changes_of_their_own(session, frozen):
    proposal = make_proposal("draft")
    colleague = make_member(proposal.organisation, "editor")
    save(proposal, owner(proposal), "Mine.")
    save(proposal, actor_of(colleague), "Mine. Ours.")
    save(proposal, owner(proposal), "Mine. Ours. Again.")
    assert [c.person_name for c in changes_of(proposal)] == [owner(proposal).name, colleague.name, owner(proposal).name]


def test_a_long_text_taken_away_a_moment_later_can_be_read_still(session, frozen):
    proposal = make_proposal("draft")
    text = "Water stands in the shaft for half of the year. " * 5
    save(proposal, owner(proposal), text)
    save(proposal, owner(proposal), "")
    assert [(c.before, c.after) for c in changes_of(proposal)] == [(None, text.strip()), (text.strip(), "")]


def test_saving_the_same_again_is_no_change(session, frozen):
    proposal = make_proposal("draft")
    save(proposal, owner(proposal), "Water.")
    save(proposal, owner(proposal), "Water.")
    services.record_changes(
        submission=loaded(proposal), before={"a": "", "b": None}, after={"a": None}, actor=SYSTEM_ACTOR
    )
    assert len(list(db.session.scalars(select(AnswerChange)))) == 1


def test_what_the_system_changes_bears_no_person(session, frozen):
    proposal = make_proposal("draft")
    services.record_changes(submission=loaded(proposal), before={"a": "x"}, after={}, actor=SYSTEM_ACTOR)
    (found,) = changes_of(proposal, "a")
    assert (found.person_id, found.before, found.after) == (None, "x", None)
