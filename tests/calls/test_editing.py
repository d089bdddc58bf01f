"""Calls written page by page: gaps are kept, whole documents are draft calls, and nobody overwrites anybody."""

from __future__ import annotations

import pytest

from app.calls import document as documents
from app.calls import drafting, queries, services
from app.calls.services.importing import store_form
from app.core import audit
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from tests.factories.calls import FULL_PROPOSAL, call_document, make_call, make_draft
from tests.factories.identity import actor_of, make_programme, make_staff

pytestmark = pytest.mark.usefixtures("session", "frozen")


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return actor_of(make_staff(programme, "manager"))


def put(path, value):
    def change(document):
        drafting.paths.put(document, path, value)
        return drafting.tidy(document)

    return change


def save(draft, part, path, value, actor, version=None):
    return services.save_part(
        draft=draft, part=part, change=put(path, value), actor=actor, expected_version=version or draft.version
    )


def write_whole(draft, actor, **over):
    """Put a whole document into a draft, as if every page had been filled in."""
    document = call_document(**over)
    document["programme"] = draft.document["programme"]
    return services.save_part(
        draft=draft,
        part="basics",
        change=lambda _document: document,
        actor=actor,
        expected_version=None,
        stage_ids=lambda _ids: [None] * len(document["stages"]),
    )


def test_a_new_call_is_kept_with_all_its_gaps(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    flaws = save(draft, "basics", "budget", "not sure yet", manager)
    assert draft.document["budget"] == "not sure yet" and draft.call_id is None and not draft.is_whole
    paths = {flaw.path for flaw in flaws}
    assert {"code", "title", "budget", "stages"} <= paths and "programme.code" not in paths
    assert [d.id for d in queries.drafts_of_programmes([programme.id])] == [draft.id]


def test_once_whole_it_is_a_draft_call_and_stays_in_step(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    assert write_whole(draft, manager) == ()
    call = draft.call
    assert (call.state, call.title, draft.is_whole) == ("draft", draft.document["title"], True)
    ids = [stage.id for stage in call.stages]
    save(draft, "basics", "title.en", "Better title", manager)
    again = queries.get_call(call.id, fresh=True)
    assert again.title == {"en": "Better title"} and [s.id for s in again.stages] == ids
    assert queries.drafts_of_programmes([programme.id]) == []


def test_with_a_flaw_the_call_stays_as_it_was_and_cannot_be_published(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    before = draft.call.budget_minor
    (flaw,) = save(draft, "basics", "budget", "lots", manager)
    assert flaw.path == "budget" and draft.call.budget_minor == before
    with pytest.raises(MoveRefused, match="not complete"):
        services.publish(call=draft.call, actor=manager)
    assert services.call_facts(draft.call).problems == ("the editor holds changes that are not whole yet",)


def test_a_code_or_prefix_belongs_to_one_call(programme, manager):
    other = make_draft()
    draft = services.start_draft(programme=programme, actor=manager)
    flaws = write_whole(draft, manager, code=other.code, reference_prefix=other.reference_prefix)
    assert {flaw.path for flaw in flaws} == {"code", "reference_prefix"} and draft.call_id is None


def test_the_code_of_a_draft_can_change(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    ident = draft.call_id
    assert save(draft, "basics", "code", "RENAMED-1", manager) == ()
    assert queries.call_by_code("RENAMED-1").id == ident


def test_two_people_on_one_page_never_overwrite_each_other(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    seen = draft.version
    save(draft, "basics", "title.en", "Ann's", manager, seen)
    with pytest.raises(Conflict):
        save(draft, "basics", "title.en", "Bo's", manager, seen)
    assert draft.document["title"] == {"en": "Ann's"}


def test_two_people_on_two_pages_do_not_stand_in_each_others_way(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    seen = draft.version
    save(draft, "basics", "title.en", "Ann's", manager, seen)
    save(draft, "process", "process.quorum", 3, manager, seen)
    assert draft.document["title"] == {"en": "Ann's"} and draft.document["process"] == {"quorum": 3}


def test_moving_stages_is_a_conflict_for_every_page(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    seen = draft.version
    services.save_part(
        draft=draft,
        part="stages",
        change=lambda d: drafting.acted(d, drafting.page_of(d, "stages"), "remove:stages[0]"),
        actor=manager,
        expected_version=seen,
        stage_ids=lambda ids: drafting.acted_ids(ids, "remove:stages[0]"),
    )
    with pytest.raises(Conflict):
        save(draft, "rubric-0", "stages[0].rubric.pass", 1, manager, seen)


def test_stages_keep_their_rows_when_they_are_renamed_and_moved(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    first, second = (stage.id for stage in draft.call.stages)
    copied = services.form_draft(stage=draft.call.stages[1], actor=manager)

    def change(document):
        document["stages"].reverse()
        document["stages"][0]["key"] = "quick_scan"
        document["stages"][1]["key"] = "renamed"
        document["stages"][0]["closes"] = document["stages"][1]["closes"]
        return document

    flaws = services.save_part(
        draft=draft, part="stages", change=change, actor=manager, expected_version=None, stage_ids=lambda i: i[::-1]
    )
    assert flaws == ()
    call = queries.get_call(draft.call_id, fresh=True)
    assert [(s.id, s.key) for s in call.stages] == [(second, "quick_scan"), (first, "renamed")]
    assert queries.form_draft_of(call.stages[0]).id == copied.id


def test_what_the_form_builder_changed_is_not_undone_by_the_editor(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    stage = draft.call.stages[1]
    other = {"sections": [*FULL_PROPOSAL["sections"], {**FULL_PROPOSAL["sections"][1], "id": "more", "questions": []}]}
    other["sections"][-1]["questions"] = [{"id": "new", "kind": "yes_no", "label": {"en": "New?"}}]
    stage.form_version = store_form({"currency": "EUR", **other})
    db.session.flush()
    assert save(draft, "basics", "title.en", "Later", manager) == ()
    call = queries.get_call(draft.call_id, fresh=True)
    assert queries.form_of(call.stages[1]).question("new") is not None


def test_a_form_that_no_longer_fits_the_rubric_stops_publishing(programme, manager):
    call = make_draft(programme=programme)
    call.stages[1].form_version = store_form({"currency": "EUR", "sections": FULL_PROPOSAL["sections"][1:]})
    db.session.flush()
    with pytest.raises(MoveRefused, match="no longer fit together"):
        services.publish(call=call, actor=manager)


def test_another_form_is_given_even_while_the_rest_has_flaws(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    save(draft, "basics", "budget", "lots", manager)
    services.form_draft(stage=draft.call.stages[1], actor=manager)
    form = services.begin_with(source="full_proposal", stage=None, content="", languages=["en"])
    services.set_form(draft=draft, number=1, form=form, actor=manager, expected_version=draft.version)
    assert services.document_of_draft(draft)["stages"][1]["form"] == form
    assert queries.form_draft_of(draft.call.stages[1]) is None, "its working copy went with the old form"


WINDOWS = [{"code": "a", "label": {"en": "A"}, "budget": "1.00"}, {"code": "b", "label": {"en": "B"}, "budget": "2.00"}]


def test_the_question_for_the_window_is_written_and_brought_up_to_date(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    flaws = save(draft, "windows", "rules.windows", WINDOWS, manager)
    assert [f.path for f in flaws] == ["rules.answers.window"]
    services.ask_for_window(draft=draft, actor=manager, expected_version=draft.version)
    assert draft.is_whole and draft.document["rules"]["answers"]["window"] == "window"
    asked = queries.form_of(draft.call.stages[0]).question("window")
    assert [o.id for o in asked.options] == ["a", "b"]
    more = [*WINDOWS, {"code": "c", "label": {"en": "C"}, "budget": "3.00"}]
    assert save(draft, "windows", "rules.windows", more, manager)
    services.ask_for_window(draft=draft, actor=manager, expected_version=draft.version)
    form = queries.form_of(queries.get_call(draft.call_id, fresh=True).stages[0])
    assert [o.id for o in form.question("window").options] == ["a", "b", "c"] and draft.is_whole


def test_the_question_waits_for_the_form_builder(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    save(draft, "windows", "rules.windows", WINDOWS, manager)
    services.form_draft(stage=draft.call.stages[0], actor=manager)
    with pytest.raises(Invalid, match="working copy"):
        services.ask_for_window(draft=draft, actor=manager, expected_version=draft.version)


def test_an_imported_draft_opens_in_the_editor_and_a_file_goes_on_there(programme, manager):
    call = make_draft(programme=programme, code="FILE-1", reference_prefix="FILE-1")
    draft = services.edit_call(call=call, actor=manager)
    assert services.edit_call(call=call, actor=manager).id == draft.id
    assert services.document_of_draft(draft) == services.document_of(call) and draft.is_whole
    seen = draft.version
    again = call_document(code="FILE-1", reference_prefix="FILE-1", title={"en": "From the file"})
    again["programme"] = {"code": programme.code, "name": programme.name}
    services.import_call(document=again, actor=SYSTEM_ACTOR)
    assert draft.document["title"] == {"en": "From the file"}
    with pytest.raises(Conflict):
        save(draft, "basics", "title.en", "Typed before", manager, seen)


def test_what_was_published_is_not_edited(programme, manager):
    call = make_draft(programme=programme)
    draft = services.edit_call(call=call, actor=manager)
    ident = draft.id
    services.publish(call=call, actor=manager)
    assert queries.get_draft(ident) is None
    with pytest.raises(Invalid, match="no longer a draft"):
        services.edit_call(call=call, actor=manager)
    with pytest.raises(Invalid, match="no longer a draft"):
        services.edit_call(call=make_call(), actor=manager)


def test_publishing_records_what_was_frozen(programme, manager):
    call = make_draft(programme=programme)
    services.publish(call=call, actor=manager)
    entry = audit.history("call", call.id)[-1]
    assert entry.detail["document_sha256"] == call.document_sha256 == services.fingerprint(call)
    assert entry.detail["rubrics"][1] == documents.canonical_sha256(call.stages[1].rubric)
    assert entry.detail["process"] == documents.canonical_sha256(call.process)
    assert documents.parse(documents.read_yaml(documents.write_yaml(services.document_of(call)))).sha256 == (
        call.document_sha256
    ), "whoever keeps the file can prove it"


def test_a_sitting_of_one_person_is_one_entry(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    write_whole(draft, manager)
    for number in range(4):
        save(draft, "basics", "title.en", f"Title {number}", manager)
    other = actor_of(make_staff(programme, "officer"))
    save(draft, "basics", "title.en", "By another", other)
    entries = audit.history("call", draft.call_id)
    assert [(e.action, e.actor_id) for e in entries[1:]] == [
        ("call.edited", manager.person_id),
        ("call.edited", other.person_id),
    ]


def test_only_what_never_was_a_call_is_thrown_away(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    ident = draft.id
    services.discard_draft(draft=draft, actor=manager)
    assert queries.get_draft(ident) is None
    whole = services.start_draft(programme=programme, actor=manager)
    write_whole(whole, manager)
    with pytest.raises(Invalid, match="cancel it"):
        services.discard_draft(draft=whole, actor=manager)


def test_a_document_beyond_all_measure_is_refused(programme, manager):
    draft = services.start_draft(programme=programme, actor=manager)
    with pytest.raises(Invalid, match="too large"):
        save(draft, "basics", "title.en", "x" * 3_000_001, manager)
