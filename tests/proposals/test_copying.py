"""Copying from an earlier proposal: the same questions, into empty places only, of one's own proposals only."""

from __future__ import annotations

import pytest

from app.core.errors import Invalid, NotFound
from app.extensions import db
from app.proposals import queries, services
from tests.client import text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_member, make_person
from tests.factories.proposals import fill_in, make_proposal, owner_of
from tests.proposals.conftest import address, loaded, owner


@pytest.fixture
def pair(session, frozen):
    """A filled full proposal, and an empty one of the same organisation."""
    old = make_proposal("full_draft")
    fill_in(old.stages[-1])
    person = owner_of(old.organisation)
    new = make_proposal("full_draft", organisation=old.organisation, owner=person)
    return old, new


def copy(old, new, actor=None):
    return services.copy_answers(source=old.stages[-1], target=new.stages[-1], actor=actor or owner(new))


def test_empty_questions_are_filled_and_typed_ones_stay(pair):
    old, new = pair
    target = new.stages[-1]
    before = dict(target.answers)
    assert copy(old, new) > 0
    after = loaded(new)
    for question, answer in before.items():
        assert after.answers[question] == answer, "what was there stays"
    source = queries.get_stage_submission(old.stages[-1].id)
    gained = set(after.answers) - set(before)
    assert all(after.answers[q] == source.answers[q] for q in gained)
    assert [f.file_id for f in queries.files_of(after.id)] == [f.file_id for f in queries.files_of(source.id)]
    assert copy_again(source, after) == 0, "a second time there is nothing empty"


def copy_again(source, target) -> int:
    return services.copy_answers(source=source, target=target, actor=owner(target.proposal))


def test_the_page_shows_what_will_be_copied_and_does_it(pair, as_owner):
    old, new = pair
    base, source, reference = address(new.stages[-1]), str(old.stages[-1].id), old.reference
    name = queries.files_of(old.stages[-1].id)[0].file.original_name
    client = as_owner(new)
    assert f"{base}/copy" in client.get(base.split("/stages")[0]).text
    assert reference in text_of(client.get(f"{base}/copy"))
    preview = client.get(f"{base}/copy?source={source}")
    assert name in text_of(preview)
    assert client.fill(f"{base}/copy?source={source}", f"{base}/copy").status_code == 303
    assert queries.files_of(loaded(new).id)
    assert "Nothing to copy" in text_of(client.get(f"{base}/copy?source={source}"))


def test_others_proposals_are_no_source(session, pair, as_owner):
    _, new = pair
    strange = make_proposal("full_draft")
    base, ident = address(new.stages[-1]), str(strange.stages[-1].id)
    with pytest.raises(Invalid, match="your earlier proposals"):
        copy(strange, new)
    with pytest.raises(NotFound):
        copy(strange, new, actor_of(make_person()))
    client = as_owner(new)
    assert client.get(f"{base}/copy?source={ident}").status_code == 404
    assert client.act(f"{base}/copy", source=ident).status_code == 404
    assert client.act(f"{base}/copy").status_code == 404


def test_who_only_reads_copies_nothing(session, pair):
    old, new = pair
    viewer = make_member(new.organisation, "viewer")
    db.session.flush()
    with pytest.raises(NotFound):
        copy(old, new, actor_of(viewer))


def test_a_question_of_another_kind_is_not_the_same(session, frozen):
    old = make_proposal("draft")
    fill_in(old.stages[0])
    other = make_call(rules={"answers": {}})
    new = make_proposal("draft", call=other, organisation=old.organisation, owner=owner_of(old.organisation))
    plan = services.plan_copy(source=old.stages[0], target=new.stages[0], actor=owner(new))
    form = queries.form_of(new.stages[0])
    assert all(form.question(item.question.id).kind == item.question.kind for item in plan)
    assert "title" not in {item.question.id for item in plan}, "typed when it was started"
