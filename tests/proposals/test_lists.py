"""Lists: the same number of queries for one and thirty rows, filters, and what is left out."""

from copy import deepcopy

import pytest

from app.proposals import queries
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, question
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


def windowed_call():
    """A call with two funding windows and the question that names one."""
    document = call_document()
    words = {"lakes": {"en": "Great Lakes"}, "andes": {"en": "Andes"}}
    quick, full = deepcopy(document["stages"])
    asked = question("window", "choice", options=[{"id": code, "label": label} for code, label in words.items()])
    quick["form"]["sections"][0]["questions"].append(asked)
    rules = deepcopy(document["rules"])
    rules["answers"]["window"] = "window"
    rules["windows"] = [{"code": code, "label": label, "budget": "500000.00"} for code, label in words.items()]
    return make_call(rules=rules, stages=[quick, full])


def test_staff_filter_by_funding_window(session, client, sign_in, frozen):
    call = windowed_call()
    first = make_proposal("submitted", call=call, answers={"window": "lakes"})
    other = make_proposal("submitted", call=call, answers={"window": "andes"})
    officer = make_staff(call.programme, "officer")
    session.commit()
    assert (first.funding_window, other.funding_window) == ("lakes", "andes")
    sign_in(client, officer)
    found = soup(client.get(f"/proposals/calls/{call.code}?window=andes"))
    assert other.reference in found.text and first.reference not in found.text
    assert "Andes" in found.select_one("tbody").get_text()
    assert found.select_one("#filter-window option[selected]")["value"] == "andes"
    assert "Great Lakes" in text_of(client.get(f"/proposals/{first.id}"))


def test_a_call_without_windows_has_no_such_filter(crowd, session, client, sign_in):
    call, owner, organisation, officer = crowd
    make_proposal("submitted", call=call, organisation=organisation, owner=owner)
    session.commit()
    page = soup(sign_in(client, officer).get(f"/proposals/calls/{call.code}"))
    assert page.select_one("#filter-window") is None and "Funding window" not in page.get_text()
