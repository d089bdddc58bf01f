"""Writing a section: nothing typed is lost, whoever writes and whatever is typed."""

import unicodedata

import pytest

from app.core.errors import MoveRefused, NotFound
from app.proposals import services
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_member, make_person
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import address, loaded, owner


def idea(stage) -> str:
    return address(stage) + "/sections/idea"


def test_wrong_answers_are_kept_as_typed_with_the_message_beside(session, frozen, as_owner):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    page = idea(proposal.stages[-1])
    saved = client.fill(page, grant="a lot", problem="word " * 101, then="stay")
    assert saved.status_code == 303
    shown = client.get(saved.location)
    html = soup(shown)
    assert html.select_one("#q-grant")["value"] == "a lot"
    assert "Write the amount in digits" in html.select_one("#q-grant-error").get_text()
    assert "Words over the limit: 1" in html.select_one("#q-problem-error").get_text()
    assert loaded(proposal).answers["grant"] == "a lot"


def test_missing_answers_are_named_only_when_asked(session, frozen, as_owner):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    page = idea(proposal.stages[-1])
    assert "Answer this question" not in text_of(client.get(page))
    assert "Answer this question" in text_of(client.get(page + "?mend=1"))
    check = soup(client.get(address(proposal.stages[-1]) + "/check"))
    links = [a["href"] for a in check.select("#missing a")]
    assert page + "?mend=1#q-problem" in links


def test_autosave_leaves_what_it_does_not_name(session, frozen, as_owner):
    proposal = make_proposal("full_draft")
    stage = proposal.stages[-1]
    services.save_section(
        submission=stage,
        section_id="applicant",
        fields={"partners.0.name": ["Mapendo"], "partners.0.role": ["lead"], "partners.1.name": ["Buyer"]},
        expected_version=None,
        actor=owner(proposal),
    )
    client = as_owner(proposal)
    page = address(stage) + "/sections/applicant"
    version = client.form(page, page)["values"]["version"]
    posted = {"csrf_token": client.csrf_token(), "version": version, "partners.1.name": "Smelter"}
    assert client.post(page, data=posted, headers={"X-Autosave": "1"}).status_code == 200
    rows = loaded(proposal).answers["partners"]
    assert [row["name"] for row in rows] == ["Mapendo", "Smelter"] and rows[0]["role"] == "lead"


def test_rows_come_and_go_without_a_script(session, frozen, as_owner):
    proposal = make_proposal("full_draft")
    client = as_owner(proposal)
    page = address(proposal.stages[-1]) + "/sections/applicant"
    more = client.fill(page, **{"partners.0.name": "Mapendo", "add_row": "partners"})
    assert more.status_code == 303 and "add=partners" in more.location
    shown = client.get(more.location)
    names = [field["name"] for field in soup(shown).select("input[name^=partners][name$=name]")]
    assert len(names) == 2 and names[0] == "partners.0.name"
    values = client.form(more.location, page)["values"]
    client.post(page, data={**values, names[1]: "Second", "then": "stay"})
    assert [r["name"] for r in loaded(proposal).answers["partners"]] == ["Mapendo", "Second"]
    client.fill(page, remove_row="partners:0")
    assert [r["name"] for r in loaded(proposal).answers["partners"]] == ["Second"]


def test_an_answer_can_bring_up_a_question(session, frozen, as_owner):
    proposal = make_proposal("full_draft")
    client = as_owner(proposal)
    page = address(proposal.stages[-1]) + "/sections/plan"
    answer = client.fill(page, mercury="yes", then="continue")
    assert answer.location == page
    assert soup(client.get(page)).select_one("#q-mercury_plan") is not None


def test_totals_are_worked_out_on_the_server(session, frozen, as_owner):
    proposal = make_proposal("full_draft")
    client = as_owner(proposal)
    page = address(proposal.stages[-1]) + "/sections/money"
    budget = {"budget.staff.amount": "500000", "budget.indirect.amount": "40000"}
    saved = client.fill(page, grant="450000", then="stay", **budget)
    words = text_of(client.get(saved.location))
    assert "Total costs €540,000.00" in words
    assert "Grant as a share of the total costs 83.33 %" in words and "At most 70 %" in words
    assert "Indirect €40,000.00 (8 %) At most 7 % of the direct costs" in words
    assert "A rule of the call is not kept yet" in words


@pytest.mark.parametrize(
    "text", ["a\x00b", "\u202eright to left", "\ud800", "' OR 1=1 --", "<script>alert(1)</script>"]
)
def test_hostile_text_is_harmless(session, frozen, as_owner, text):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    page = idea(proposal.stages[-1])
    values = client.form(page, page)["values"]
    body = {**values, "problem": text.encode("utf-8", "surrogatepass")}
    answer = client.post(page, data=body)
    assert answer.status_code in {303, 400, 422}
    shown = client.get(page)
    assert shown.status_code == 200
    assert "<script>alert(1)" not in shown.get_data(as_text=True)
    assert "\x00" not in str(loaded(proposal).answers)


def test_five_megabytes_of_text_are_refused_with_words(session, frozen, as_owner):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    page = idea(proposal.stages[-1])
    values = client.form(page, page)["values"]
    answer = client.post(page, data={**values, "problem": "a" * 5_000_000})
    assert answer.status_code in {413, 422}
    assert "too large" in text_of(answer) or "too much text" in text_of(answer)


def test_too_much_text_stays_on_the_page(session, frozen, as_owner):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    page = idea(proposal.stages[-1])
    values = client.form(page, page)["values"]
    answer = client.post(page, data={**values, "problem": "word " * 250_000})
    assert answer.status_code == 422
    assert "too much text" in text_of(answer)
    assert soup(answer).select_one("#q-problem").get_text().count("word") == 250_000
    assert "problem" not in loaded(proposal).answers


def test_a_thousand_partner_rows_do_not_break_the_page(session, frozen, as_owner):
    proposal = make_proposal("full_draft")
    client = as_owner(proposal)
    page = address(proposal.stages[-1]) + "/sections/applicant"
    rows = {f"partners.{n}.name": f"Partner {n}" for n in range(1000)}
    answer = client.fill(page, then="stay", **rows)
    assert answer.status_code in {303, 422}
    assert client.get(page).status_code == 200
    assert len(loaded(proposal).answers["partners"]) <= 1000


@pytest.mark.parametrize("script", [False, True])
def test_ten_thousand_fields_that_nobody_asked_for_change_nothing(session, frozen, as_owner, script):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    before = loaded(proposal).answers
    sent = {"csrf_token": client.csrf_token(), "version": "1", **{f"x{n}": "y" for n in range(10_000)}}
    answer = client.post(idea(proposal.stages[-1]), data=sent, headers={"X-Autosave": "1"} if script else {})
    assert answer.status_code == (200 if script else 303)
    assert loaded(proposal).answers == before


@pytest.mark.parametrize(
    "typed",
    [
        "\u202eright to left override\u202c",
        "\u0645\u0646\u062c\u0645 and left",
        "e\u0301" * 50,
        "a" + "\u0300" * 60,
        "\U0001f469\u200d\U0001f527",
    ],
)
def test_words_of_any_script_are_kept_as_typed(session, frozen, as_owner, typed):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    page = idea(proposal.stages[-1])
    saved = client.fill(page, problem=typed, then="stay")
    assert saved.status_code == 303
    shown = soup(client.get(saved.location)).select_one("#q-problem").get_text()
    assert unicodedata.normalize("NFC", shown.strip()) == unicodedata.normalize("NFC", typed)


def test_only_returned_sections_can_be_written(session, frozen, as_owner):
    proposal = make_proposal("full_returned")
    stage = proposal.stages[-1]
    assert stage.returned_sections == ["applicant"]
    assert services.open_sections(stage) == {"applicant"}
    with pytest.raises(MoveRefused, match="Only the sections that were returned"):
        services.save_section(
            submission=stage, section_id="plan", fields={"problem": ["x"]}, expected_version=None, actor=owner(proposal)
        )
    client = as_owner(proposal)
    assert client.get(address(stage) + "/sections/applicant").status_code == 200
    assert client.get(address(stage) + "/sections/plan").status_code == 303
    refused = client.act(address(stage) + "/sections/plan", problem="sneaky", version=str(stage.version))
    assert refused.status_code == 409
    assert "Only the sections that were returned" in text_of(refused) and "sneaky" in refused.get_data(as_text=True)


def test_strangers_cannot_write(session, frozen):
    proposal = make_proposal("draft")
    for person in (make_person(), make_member(proposal.organisation, "viewer")):
        with pytest.raises(NotFound):
            services.save_section(
                submission=proposal.stages[-1],
                section_id="idea",
                fields={"problem": ["x"]},
                expected_version=None,
                actor=actor_of(person),
            )


def test_unknown_sections_do_not_exist(session, frozen, as_owner):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    assert client.get(address(proposal.stages[-1]) + "/sections/nothing").status_code == 404
    assert client.act(address(proposal.stages[-1]) + "/sections/nothing", a="b").status_code == 404
    assert client.get(f"/proposals/{proposal.id}/stages/nothing/check").status_code == 404


def test_without_a_token_nothing_is_saved(session, frozen, as_owner):
    proposal = make_proposal("draft")
    client = as_owner(proposal)
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert client.post(idea(proposal.stages[-1]), data={"problem": "x"}).status_code == 400
    assert "problem" not in loaded(proposal).answers


def test_start_needs_an_organisation_and_a_title(session, frozen, client, sign_in):
    from tests.factories.calls import make_call

    person, call = make_person(), make_call()
    session.commit()
    sign_in(client, person)
    from tests.factories.identity import make_organisation

    organisation = make_organisation(owner=person)
    session.commit()
    empty = client.fill(f"/proposals/start?call={call.code}", title=" ")
    assert empty.status_code == 422 and "Give your project a title" in text_of(empty)
    stranger = make_organisation(owner=make_person())
    session.commit()
    foreign = client.fill(f"/proposals/start?call={call.code}", title="Mine", organisation=str(stranger.id))
    assert foreign.status_code == 422
    assert client.fill(f"/proposals/start?call={call.code}", title="Mine").status_code == 303
    assert organisation


def test_a_closed_call_cannot_be_started(session, frozen, client, sign_in):
    from datetime import timedelta

    from tests.factories.calls import make_call
    from tests.factories.identity import make_organisation

    person, call = make_person(), make_call()
    organisation = make_organisation(owner=person)
    session.commit()
    sign_in(client, person)
    frozen(call.stages[0].closes_at + timedelta(seconds=1))
    assert "This call has closed" in text_of(client.get(f"/proposals/start?call={call.code}"))
    refused = client.act(f"/proposals/start?call={call.code}", title="Late", organisation=str(organisation.id))
    assert refused.status_code == 422 and "This call has closed" in text_of(refused)
    assert client.get("/proposals/start?call=NO-SUCH").status_code == 404
