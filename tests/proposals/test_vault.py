"""Attaching what the organisation keeps: the same content, under the question's rules, for members only."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from app.core import files
from app.core.errors import Invalid, NotFound
from app.identity import services as identity_services
from app.proposals import queries, services
from app.proposals.services import attachments
from tests.client import soup, text_of
from tests.factories.identity import make_organisation, make_person
from tests.factories.proposals import PDF, make_proposal, owner_of
from tests.proposals.conftest import address, loaded, owner

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.fixture
def draft(session, frozen):
    return make_proposal("full_draft")


def keep(proposal, content=PDF, name="audit.pdf"):
    return identity_services.add_document(
        organisation=proposal.organisation,
        kind="audit_report",
        stream=io.BytesIO(content),
        name=name,
        actor=owner(proposal),
    )


def attach(proposal, document, actor=None):
    return services.attach_document(
        submission=proposal.stages[-1],
        question_id="annex",
        document_id=document.id,
        actor=actor or owner(proposal),
    )


def test_from_the_section_page_a_kept_document_is_attached_and_nothing_typed_is_lost(draft, as_owner):
    document = keep(draft)
    stored_id, ident = document.versions[0].file_id, str(document.id)
    client = as_owner(draft)
    page = address(draft.stages[-1]) + "/sections/annexes"
    assert soup(client.get(page)).find("button", {"value": "documents.annex"})
    sent = client.fill(page, page, honest="yes", then="documents.annex")
    assert sent.status_code == 303 and sent.headers["Location"].endswith("/sections/annexes/documents/annex")
    assert loaded(draft).answers["honest"] is True, "saved on the way"
    listed = client.get(sent.headers["Location"])
    assert "Audit report · audit.pdf" in text_of(listed)
    assert client.fill(sent.headers["Location"], sent.headers["Location"], document=ident).status_code == 303
    (kept,) = queries.files_of(loaded(draft).id)
    assert kept.file_id == stored_id, "the same stored content"
    again = client.fill(sent.headers["Location"], sent.headers["Location"], document=ident)
    assert again.status_code == 422 and "attached already" in text_of(again)


def test_a_question_keeps_its_rules(draft, monkeypatch):
    document = keep(draft, PNG, "seal.png")
    question = queries.form_of(draft.stages[-1]).question("annex")
    for rule, words in (({"file_types": ("pdf",)}, "Only these kinds"), ({"max_mb": 0}, "")):
        narrowed = replace(question, **rule)
        monkeypatch.setattr(attachments, "_question", lambda s, q, narrowed=narrowed: (section(s), narrowed))
        if words:
            with pytest.raises(Invalid, match=words) as refused:
                attach(draft, document)
            assert refused.value.field == "annex"
        else:
            assert attach(draft, document)


def section(submission):
    return queries.form_of(submission).section_of("annex")


def test_pages_are_counted_where_a_question_limits_them(draft, monkeypatch):
    question = queries.form_of(draft.stages[-1]).question("annex")
    monkeypatch.setattr(attachments, "_question", lambda s, q: (section(s), replace(question, max_pages=1)))
    assert attach(draft, keep(draft))
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(2):
        writer.add_blank_page(100, 100)
    writer.write(out)
    with pytest.raises(Invalid, match="has 2 pages; at most 1 are"):
        attach(draft, keep(draft, out.getvalue(), "long.pdf"))
    with pytest.raises(Invalid, match="cannot be told"):
        attach(draft, keep(draft, b"%PDF-1.4\nnothing", "broken.pdf"))


def test_others_documents_are_no_choice(session, draft, as_owner, new_client, sign_in):
    stranger = make_person()
    other = make_organisation(owner=stranger)
    theirs = identity_services.add_document(
        organisation=other,
        kind="statutes",
        stream=io.BytesIO(PDF),
        name="statutes.pdf",
        actor=identity_services.as_actor(stranger),
    )
    with pytest.raises(Invalid, match="Choose one"):
        attach(draft, theirs)
    with pytest.raises(NotFound):
        attach(draft, theirs, identity_services.as_actor(stranger))
    page = address(draft.stages[-1]) + "/sections/annexes/documents/annex"
    client = as_owner(draft)
    assert "statutes.pdf" not in text_of(client.get(page))
    assert client.act(page, document=str(theirs.id)).status_code == 422
    assert client.get(page.replace("annex", "honest")).status_code == 404
    assert sign_in(new_client(), stranger).get(page).status_code == 404


def test_a_removed_document_stays_where_it_was_attached(draft):
    document = keep(draft)
    attach(draft, document)
    identity_services.remove_document(document=document, actor=owner(draft))
    (kept,) = queries.files_of(draft.stages[-1].id)
    assert files.path_of(kept.file).read_bytes() == PDF
    assert owner_of(draft.organisation)
