"""Lists: the same number of queries for one and thirty rows, filters, and what is left out."""

import pytest

from app.proposals import queries
from tests.client import text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_organisation, make_person, make_staff
from tests.factories.proposals import make_proposal

MOST = 12  # for applicants
MOST_OF_STAFF = 14


@pytest.fixture
def crowd(session, frozen):
    """One call, one applicant, an officer, and a way to add proposals."""
    call, owner = make_call(), make_person()
    organisation = make_organisation(owner=owner)
    officer = make_staff(call.programme, "officer")
    return call, owner, organisation, officer


def queries_for(count_queries, client, page) -> int:
    client.get(page)
    with count_queries() as seen:
        assert client.get(page).status_code == 200
    made = [s for s in seen if s.lstrip().upper().startswith("SELECT")]
    return len(made)


def test_lists_cost_the_same_for_one_and_thirty(crowd, session, new_client, sign_in, count_queries):
    call, owner, organisation, officer = crowd
    make_proposal("submitted", call=call, organisation=organisation, owner=owner)
    session.commit()
    mine, theirs = sign_in(new_client(), owner), sign_in(new_client(), officer)
    lists = ((mine, "/proposals/"), (theirs, f"/proposals/calls/{call.code}"))
    few = [queries_for(count_queries, *one) for one in lists]
    for n in range(29):
        state = ("submitted", "screening", "returned")[n % 3]
        make_proposal(state, call=call, organisation=organisation, owner=owner)
    session.commit()
    many = [queries_for(count_queries, *one) for one in lists]
    assert few == many
    assert many[0] <= MOST and many[1] <= MOST_OF_STAFF


def test_pages_of_one_proposal_stay_within_the_budget(crowd, session, new_client, sign_in, count_queries):
    call, owner, organisation, officer = crowd
    proposal = make_proposal("full_screening", call=call, organisation=organisation, owner=owner)
    draft = make_proposal("full_draft", call=call, organisation=organisation, owner=owner)
    session.commit()
    mine, theirs = sign_in(new_client(), owner), sign_in(new_client(), officer)
    stage = f"/proposals/{draft.id}/stages/full_proposal"
    for client, page in (
        (mine, f"/proposals/{draft.id}"),
        (mine, stage + "/sections/plan"),
        (mine, stage + "/check"),
        (theirs, f"/proposals/{proposal.id}"),
        (theirs, f"/proposals/{proposal.id}/screening"),
    ):
        limit = 20 if client is theirs else MOST
        assert queries_for(count_queries, client, page) <= limit, page


def test_the_programme_s_list_filters(crowd, session, client, sign_in):
    call, owner, organisation, officer = crowd
    made = {
        state: make_proposal(state, call=call, organisation=organisation, owner=owner, title=f"Shaft {state}")
        for state in ("draft", "submitted", "returned", "full_submitted", "deciding")
    }
    session.commit()
    sign_in(client, officer)
    page = f"/proposals/calls/{call.code}"

    def found(query: str) -> set[str]:
        words = text_of(client.get(page + query))
        return {state for state, p in made.items() if p.reference in words}

    assert found("") == {"submitted", "returned", "full_submitted", "deciding"}
    assert found("?state=deciding") == {"deciding"}
    assert found("?stage=quick_scan") == {"submitted", "returned"}
    assert found("?stage_state=returned") == {"returned"}
    assert found("?ball=applicant") == {"returned"}
    assert found("?ball=programme") == {"submitted", "full_submitted"}
    assert found("?ball=committee") == {"deciding"}
    assert found("?words=full_sub") == {"full_submitted"}
    assert found("?words=%25") == set()
    assert found("?state=nonsense&page=99999999999") == set()
    assert "1 more is a draft that nobody here can see." in text_of(client.get(page))


def test_lists_of_a_call_belong_to_its_programme(crowd, session, client, sign_in):
    call, owner, *_ = crowd
    session.commit()
    sign_in(client, owner)
    assert client.get(f"/proposals/calls/{call.code}").status_code == 404
    assert client.get("/proposals/calls/NO-SUCH").status_code == 404


def test_nobody_sees_proposals_of_a_call_without_signing_in(crowd, session):
    from app.core.types import Actor

    call, *_ = crowd
    make_proposal("submitted", call=call)
    assert queries.proposals_of_call(call.id, Actor(None, "")) == []
    assert queries.proposals_of_call(call.id, actor_of(crowd[3])) != []
