"""Starting: at once for a newcomer, with the least of an organisation; and from what was written before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.calls.models import CallStage
from app.identity import queries as identity_queries
from app.identity import services as identity
from app.identity.models import ORGANISATION_KINDS, Organisation
from app.proposals import queries, services
from tests.client import soup, text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_member, make_organisation, make_person
from tests.factories.proposals import fill_in, make_proposal, owner_of
from tests.proposals.conftest import loaded

NAMED = {"title": "Clean gold", "name": "Umoja Cooperative", "country": "CD", "kind": "cooperative_asm"}


@pytest.fixture
def newcomer(session, frozen, client, sign_in):
    person, call = make_person(), make_call()
    session.commit()
    sign_in(client, person)
    return person, f"/proposals/start?call={call.code}"


def test_a_newcomer_begins_with_name_country_and_kind(newcomer, client):
    person, page = newcomer
    begun = client.fill(page, **NAMED)
    assert begun.status_code == 303
    assert "Clean gold" in text_of(client.get(begun.location))
    (own,) = identity_queries.organisations_of(person.id)
    assert (own.name, own.country, own.kind, own.has_profile) == ("Umoja Cooperative", "CD", "cooperative_asm", False)
    assert identity_queries.memberships_of(person.id)[own.id] == "owner"
    (proposal,) = queries.proposals_of_person(person.id)
    assert proposal.organisation_id == own.id and begun.location == f"/proposals/{proposal.id}"


@pytest.mark.parametrize("missing", ["title", "name", "country", "kind"])
def test_what_is_missing_is_named_and_nothing_begins(session, newcomer, client, missing):
    _, page = newcomer
    refused = client.fill(page, **{**NAMED, missing: ""})
    assert refused.status_code == 422 and soup(refused).select_one(f"#{missing}")
    kept = next(name for name in ("title", "name") if name != missing)
    assert soup(refused).select_one(f"input[name={kept}]")["value"] == NAMED[kept]
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_two_clicks_begin_once(session, newcomer, client):
    _, page = newcomer
    form = client.form(page)
    first = client.post(form["action"], data={**form["values"], **NAMED})
    second = client.post(form["action"], data={**form["values"], **NAMED})
    assert first.location == second.location
    assert session.scalar(select(func.count(Organisation.id))) == 1


def test_who_only_reads_for_an_organisation_names_an_own_one(session, newcomer, client):
    person, page = newcomer
    make_member(make_organisation(), "viewer", person)
    session.commit()
    assert client.fill(page, **NAMED).status_code == 303


def test_a_closed_call_makes_no_organisation(session, newcomer, client, frozen):
    _, page = newcomer
    form = client.form(page)
    frozen(session.scalar(select(func.min(CallStage.closes_at))) + timedelta(seconds=1))
    refused = client.post(form["action"], data={**form["values"], **NAMED})
    assert refused.status_code == 422 and "This call has closed" in text_of(refused)
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_every_kind_speaks_for_somebody(session):
    for kind in ORGANISATION_KINDS:
        made = identity.name_organisation(actor=actor_of(make_person()), name="A", country="CD", kind=kind)
        assert made.pillar


def test_the_profile_is_needed_before_submitting(session, frozen, client, sign_in):
    proposal = make_proposal("draft")
    stage = proposal.stages[-1]
    fill_in(stage)
    proposal.organisation.registration_number = ""
    session.commit()
    sign_in(client, owner_of(proposal.organisation))
    where = f"/proposals/{proposal.id}/stages/{stage.call_stage.key}"
    assert "Complete the profile of your organisation" in text_of(client.get(f"{where}/check"))
    refused = client.act(f"{where}/submit", confirmed="y")
    assert refused.status_code in {409, 422} and loaded(proposal).sealed_number == 0
    edit = f"/organisations/{proposal.organisation_id}/edit"
    assert client.fill(edit, no_registration_reason="Under way.").status_code == 303
    assert client.act(f"{where}/submit", confirmed="y", version=loaded(proposal).version).status_code == 303


class TestCopyingAtTheStart:
    @pytest.fixture
    def earlier(self, session, frozen, client, sign_in):
        old = make_proposal("full_draft")
        fill_in(old.stages[-1])
        session.commit()
        sign_in(client, owner_of(old.organisation))
        return old

    def page(self, call) -> str:
        return f"/proposals/start?call={call.code}"

    def test_answers_are_filled_in_at_once(self, session, earlier, client):
        source = earlier.stages[-1]
        assert earlier.reference in text_of(client.get(self.page(earlier.call)))
        begun = client.fill(self.page(earlier.call), title="Once more", source=str(source.id))
        assert begun.status_code == 303
        assert "Copied:" in text_of(client.get(begun.location))
        new = next(p for p in queries.proposals_of_person(owner_of(earlier.organisation).id) if p.id != earlier.id)
        made = loaded(new)
        assert made.answers["title"] == "Once more", "what was typed stays"
        assert len(made.answers) > 1

    def test_without_a_choice_it_is_empty(self, session, earlier, client):
        client.fill(self.page(earlier.call), title="Afresh")
        new = next(p for p in queries.proposals_of_person(owner_of(earlier.organisation).id) if p.id != earlier.id)
        assert set(loaded(new).answers) == {"title"}

    def test_nobody_elses_proposal_can_be_chosen(self, session, earlier, client):
        strange = make_proposal("full_draft")
        session.commit()
        refused = client.fill(self.page(earlier.call), title="Theirs", source=str(strange.stages[-1].id))
        assert refused.status_code == 422
        assert strange.reference not in text_of(client.get(self.page(earlier.call)))

    def test_who_wrote_nothing_is_not_asked(self, session, newcomer, client):
        assert not soup(client.get(newcomer[1])).select("select[name=source]")

    def test_as_many_queries_for_one_as_for_many(self, session, earlier, client, count_queries):
        client.get(self.page(earlier.call))
        with count_queries() as one:
            client.get(self.page(earlier.call))
        person = owner_of(earlier.organisation)
        for _ in range(5):
            make_proposal("draft", call=earlier.call, organisation=earlier.organisation, owner=person)
        session.commit()
        with count_queries() as many:
            client.get(self.page(earlier.call))
        assert len(many) == len(one) <= 12


def test_an_answer_that_is_kept_comes_along(session, frozen):
    """Its form stopped asking it; the new call asks it still."""
    old = make_proposal("full_draft")
    fill_in(old.stages[-1])
    source = old.stages[-1]
    new = make_proposal("full_draft", organisation=old.organisation, owner=owner_of(old.organisation))
    actor = actor_of(owner_of(old.organisation))
    plan = services.plan_copy(source=source, target=new.stages[-1], actor=actor)
    asked = next(item.question for item in plan if isinstance(item.answer, str))
    answers = dict(source.answers)
    words = answers.pop(asked.id)
    source.answers = answers
    session.flush()
    plan = services.plan_copy(source=source, target=new.stages[-1], actor=actor)
    assert asked.id not in {item.question.id for item in plan}
    version = source.call_stage.form_version
    source.earlier_forms, source.kept_answers = [version.sha256], {version.sha256: {asked.id: words}}
    session.flush()
    plan = services.plan_copy(source=source, target=new.stages[-1], actor=actor)
    (item,) = [one for one in plan if one.question.id == asked.id]
    assert item.answer == words and item.was_kept
    services.copy_answers(source=source, target=new.stages[-1], actor=actor)
    assert loaded(new).answers[asked.id] == words
