"""Offline forms: one file that sends nothing, and a return that is compared before anything is taken over."""

from __future__ import annotations

import io
import json
import re

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.proposals import offline, queries, services
from app.proposals.models import OfflineReturn
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_person
from tests.factories.proposals import make_proposal, writing_time
from tests.proposals.conftest import address, loaded, owner


def draft():
    return loaded(make_proposal("draft"))


def pack_of(stage, base, fields, other=None) -> bytes:
    told = {
        "format": offline.FORMAT,
        "proposal": str(stage.proposal_id),
        "stage": stage.call_stage.key,
        "form_sha256": stage.form_version.sha256,
        "base": base,
        "fields": fields,
        **(other or {}),
    }
    data = json.dumps(told)  # what a damaged file holds and no page can say comes escaped
    return block(data.encode())


def text_question(stage):
    form = queries.form_of(stage)
    return next((s, q) for s in form.sections for q in s.questions if q.kind == "long_text")


def save(stage, value):
    section, question = text_question(stage)
    services.save_section(
        submission=stage,
        section_id=section.id,
        fields={question.id: [value]},
        expected_version=None,
        actor=owner(stage.proposal),
    )


def come_back(stage, base, fields):
    return services.keep_return(submission=stage, content=pack_of(stage, base, fields), actor=owner(stage.proposal))


@pytest.fixture
def written(session, frozen):
    stage = draft()
    frozen(writing_time(stage.call_stage))
    save(stage, "What was here")
    return stage, text_question(stage)[1].id


def test_only_what_was_changed_in_the_file_is_a_change(written):
    stage, q = written
    back = come_back(stage, {q: ["What was here"], "title": ["A"]}, {q: ["What came back"], "title": ["A"]})
    [change] = services.returned_changes(stage, back)
    assert (change.question_id, change.packed, change.now, change.is_newer) == (
        q,
        "What came back",
        "What was here",
        True,
    )


def test_what_both_changed_is_told_apart_and_taken_only_when_chosen(written):
    stage, q = written
    back = come_back(stage, {q: ["What was here"]}, {q: ["What came back"]})
    save(stage, "Written here meanwhile")
    [change] = services.returned_changes(stage, back)
    assert not change.is_newer
    who = owner(stage.proposal)
    assert services.merge_return(submission=stage, returned=back, take=[], expected_version=None, actor=who) == 0
    assert stage.answers[q] == "Written here meanwhile"
    assert services.merge_return(submission=stage, returned=back, take=[q], expected_version=None, actor=who) == 1
    assert stage.answers[q] == "What came back"
    assert back.merged_at and back.pack["fields"][q] == ["What came back"]


def test_a_save_between_looking_and_taking_over_is_a_conflict(written):
    stage, q = written
    back = come_back(stage, {q: ["What was here"]}, {q: ["What came back"]})
    seen = stage.version
    save(stage, "Written here meanwhile")
    with pytest.raises(Conflict):
        services.merge_return(
            submission=stage, returned=back, take=[q], expected_version=seen, actor=owner(stage.proposal)
        )
    assert stage.answers[q] == "Written here meanwhile"


def test_other_questions_of_the_section_stay_as_they_are(written):
    stage, q = written
    before = dict(stage.answers)
    back = come_back(stage, {q: ["What was here"], "title": ["x"]}, {q: ["New"], "title": ["Another title"]})
    services.merge_return(submission=stage, returned=back, take=[q], expected_version=None, actor=owner(stage.proposal))
    assert {k: v for k, v in stage.answers.items() if k != q} == {k: v for k, v in before.items() if k != q}


def block(text: bytes) -> bytes:
    return b'<script type="application/json" id="assay-pack">' + text + b"</script>"


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"\xff\xfe", block(b"{"), block(b"[" * 100_000), block(b'{"format": ' + b"9" * 5_000 + b"}")],
    ids=["nothing", "text", "bytes", "broken", "deep", "digits"],
)
def test_a_file_that_is_no_pack_is_refused_in_words(written, content):
    stage, _ = written
    with pytest.raises(Invalid, match="not an offline form"):
        services.keep_return(submission=stage, content=content, actor=owner(stage.proposal))


def test_a_pack_of_another_proposal_or_an_unknown_form_is_refused(written):
    stage, q = written
    who = owner(stage.proposal)
    for other, words in (
        ({"proposal": "0" * 8}, "another proposal"),
        ({"stage": "other"}, "another proposal"),
        ({"form_sha256": "ab" * 32}, "not an offline form"),
        ({"fields": {str(n): [] for n in range(offline.MOST_FIELDS + 1)}}, "not an offline form"),
        ({"fields": [1]}, "not an offline form"),
        ({"form_sha256": "\ud800"}, "not an offline form"),
        ({"stage": "\udcff"}, "not an offline form"),
    ):
        with pytest.raises(Invalid, match=words):
            services.keep_return(submission=stage, content=pack_of(stage, {}, {q: ["x"]}, other), actor=who)
    with pytest.raises(Invalid, match="larger"):
        services.keep_return(submission=stage, content=b" " * (offline.LARGEST + 1), actor=who)


def test_a_character_that_no_database_holds_is_left_out_of_names_and_values(written):
    stage, q = written
    back = come_back(stage, {q: ["What was here"]}, {q + "\x00": ["What\x00 came back\ud800"]})
    assert back.pack["fields"] == {q: ["What came back"]}


def test_a_stranger_neither_takes_nor_brings_a_form(written, client, sign_in):
    stage, _ = written
    where, proposal = address(stage), stage.proposal
    with pytest.raises(NotFound):
        services.keep_return(submission=stage, content=pack_of(stage, {}, {}), actor=actor_of(make_person()))
    back = come_back(stage, {}, {})
    address_of_return = f"{where}/offline/{back.id}"
    db.session.commit()
    other = make_person()
    db.session.commit()
    sign_in(client, other)
    for path in (f"{where}/offline", f"{where}/offline/form.html", address_of_return):
        assert client.get(path).status_code == 404
    assert proposal is not None


def test_the_file_carries_everything_and_may_send_nothing(written, as_owner):
    stage, _q = written
    where = address(stage)
    response = as_owner(stage.proposal).get(f"{where}/offline/form.html")
    html = response.get_data(as_text=True)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert not re.search(r'(src|href)="(https?:)?/', html), "a link to a network"
    block = json.loads(offline.BLOCK.search(html).group(1))
    assert block["proposal"] in where and block["fields"] == {}
    assert "What was here" in html


def test_the_page_compares_first_and_takes_over_what_was_ticked(written, as_owner):
    stage, q = written
    where, ident, pack = address(stage), stage.id, pack_of(stage, {q: ["What was here"]}, {q: ["What came back"]})
    browser = as_owner(stage.proposal)
    answer = browser.fill(f"{where}/offline", action=f"{where}/offline", file=(io.BytesIO(pack), "form.html"))
    assert answer.status_code == 303, text_of(answer)
    comparison = browser.get(answer.location)
    assert "What came back" in text_of(comparison) and "What was here" in text_of(comparison)
    assert soup(comparison).select_one(f"#take-{q}").has_attr("checked")
    assert queries.get_stage_submission(ident).answers[q] == "What was here", "nothing is merged by looking"
    done = browser.fill(answer.location, action=answer.location, take=q)
    assert done.status_code == 303
    db.session.expire_all()
    assert queries.get_stage_submission(ident).answers[q] == "What came back"
    assert db.session.scalars(select(OfflineReturn)).one().merged_at


def test_a_file_sent_twice_by_one_click_comes_back_once(written, as_owner):
    stage, q = written
    where, pack = address(stage), pack_of(stage, {q: ["What was here"]}, {q: ["What came back"]})
    browser = as_owner(stage.proposal)
    answers = [browser.act(f"{where}/offline", key="one-click-only", file=(io.BytesIO(pack), "f.html")) for _ in "ab"]
    assert answers[0].location == answers[1].location
    assert len(db.session.scalars(select(OfflineReturn)).all()) == 1


def test_half_a_character_in_a_returned_text_is_left_out(written):
    stage, q = written
    back = come_back(stage, {q: ["What was here"]}, {q: ["Or\ud83d \u00e9"], "\udc00": ["x"]})
    assert back.pack["fields"][q] == ["Or \u00e9"]
    assert services.returned_changes(stage, back)
