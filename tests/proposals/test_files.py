"""Files that answer questions: what is accepted, what is refused, who may open them."""

import io
import uuid

import pytest
from pypdf import PdfWriter
from sqlalchemy import func, select

from app.calls.document.dates import canonical_sha256
from app.calls.file_limits import file_refusal
from app.calls.form_schema import parse
from app.calls.models import FormVersion
from app.core import files
from app.core.errors import Invalid, MoveRefused, NotFound
from app.core.files import StoredFile
from app.extensions import db
from app.proposals import queries, services
from app.proposals.models import ProposalFile
from tests.client import soup, text_of
from tests.core.test_images import CANARY, photo
from tests.factories.calls import RUBRIC, make_call, question, section
from tests.factories.identity import actor_of, make_person
from tests.factories.proposals import PDF, fill_in, make_proposal, owner_of
from tests.proposals.conftest import address, loaded, owner

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def attach(proposal, content=PDF, name="plan.pdf", question_id="annex"):
    return services.attach_file(
        submission=proposal.stages[-1],
        question_id=question_id,
        stream=io.BytesIO(content),
        name=name,
        actor=owner(proposal),
    )


def stored() -> int:
    return db.session.scalar(select(func.count(StoredFile.id))) or 0


def test_upload_list_download_remove(session, frozen, as_owner):
    proposal = make_proposal("full_draft")
    client = as_owner(proposal)
    page = address(proposal.stages[-1]) + "/sections/annexes"
    sent = client.fill(page, annex=(io.BytesIO(PDF), "Plan d'été.pdf"), then="stay")
    assert sent.status_code == 303
    shown = client.get(page)
    link = soup(shown).select_one(".files a")
    assert link.get_text() == "Plan d'été.pdf"
    assert "SHA-256" in soup(shown).select_one(".files .note").get_text()
    with client.get(link["href"]) as answer:
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    remove = soup(shown).select_one(".files button")["formaction"]
    values = client.form(page, page)["values"]
    gone = client.post(remove, data={**values, "honest": "yes"})
    assert gone.status_code == 303
    found = loaded(proposal)
    assert queries.files_of(found.id) == []
    assert found.answers["honest"] is True, "what was typed beside the file is saved with its removal"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<html><script>alert(1)</script>", "plan.pdf", "not accepted"),
        (b"MZ\x90\x00" + b"\x00" * 100, "plan.pdf", "not accepted"),
        (b"", "plan.pdf", "The file is empty"),
        (b"PK\x03\x04broken", "plan.docx", "not a Word"),
    ],
)
def test_wrong_files_are_refused_and_leave_nothing(session, frozen, as_owner, content, name, words):
    proposal = make_proposal("full_draft")
    client = as_owner(proposal)
    page = address(proposal.stages[-1]) + "/sections/annexes"
    answer = client.fill(page, annex=(io.BytesIO(content), name), honest="yes")
    assert answer.status_code == 422
    assert words in soup(answer).select_one("#q-annex-error").get_text()
    assert stored() == 0
    assert [p for p in files.root().rglob("*") if p.is_file()] == []
    assert loaded(proposal).answers["honest"] is True, "the rest of the page is kept"


def test_a_question_can_narrow_the_kinds(session, frozen):
    criteria = [{"code": "A1", "label": {"en": "Fit"}, "max": 10}]
    rubric = {**RUBRIC, "pass": 5, "sections": [{"code": "A", "label": {"en": "A"}, "max": 10, "criteria": criteria}]}
    stage = {
        "key": "only",
        "title": {"en": "Only"},
        "opens": "2026-05-01 09:00",
        "closes": "2026-07-01 14:00",
        "form": {"sections": [section("papers", question("only_pdf", "file", file_types=["pdf"]))]},
        "rubric": rubric,
    }
    proposal = make_proposal("draft", call=make_call(stages=[stage], rules={"answers": {}}))
    with pytest.raises(Invalid, match="Only these kinds of file are accepted here: pdf") as refused:
        attach(proposal, PNG, "map.pdf", "only_pdf")
    assert refused.value.field == "only_pdf"
    assert stored() == 0
    assert attach(proposal, question_id="only_pdf").file.extension == "pdf"


def test_no_more_files_than_the_question_takes(session, frozen):
    proposal = make_proposal("full_draft")
    for number in range(2):
        attach(proposal, PDF + bytes([65 + number]))
    with pytest.raises(Invalid, match="takes at most 2 files"):
        attach(proposal, PDF)


def test_the_same_content_answers_a_question_once(session, frozen):
    proposal = make_proposal("full_draft")
    attach(proposal, name="first.pdf")
    with pytest.raises(Invalid, match="attached already as “first.pdf”") as refused:
        attach(proposal, name="second.pdf")
    assert refused.value.field == "annex" and stored() == 1
    services.remove_file(submission=proposal.stages[-1], file_id=attached_id(proposal), actor=owner(proposal))
    assert attach(proposal, name="again.pdf").file.original_name == "again.pdf"


def attached_id(proposal) -> uuid.UUID:
    return queries.files_of(proposal.stages[-1].id)[0].id


def test_files_follow_the_state(session, frozen):
    proposal = make_proposal("full_submitted")
    frozen(proposal.stages[-1].call_stage.closes_at)
    with pytest.raises(MoveRefused, match="deadline has passed"):
        attach(proposal)


def test_a_file_needs_a_file_question(session, frozen):
    proposal = make_proposal("full_draft")
    for name in ("honest", "nothing"):
        with pytest.raises(NotFound):
            attach(proposal, question_id=name)


def test_names_are_made_safe_for_showing(session, frozen):
    proposal = make_proposal("full_draft")
    attached = attach(proposal, name="../../etc/\u202epass\x00wd.pdf")
    assert attached.file.original_name == "passwd.pdf"


def test_the_programme_opens_submitted_files_only(session, frozen, as_officer, new_client, sign_in):
    proposal = make_proposal("full_submitted")
    stage = proposal.stages[-1]
    sealed_file = db.session.scalar(select(ProposalFile).where(ProposalFile.stage_submission_id == stage.id))
    draft_file = attach(proposal, PDF + b"new", "new.pdf")
    base = address(stage) + "/files/"
    officer = as_officer(proposal)
    with officer.get(base + str(sealed_file.id)) as answer:
        assert answer.data == PDF
    assert officer.get(base + str(draft_file.id)).status_code == 404
    assert officer.get(base + str(uuid.uuid4())).status_code == 404
    stranger = make_person()
    session.commit()
    assert sign_in(new_client(), stranger).get(base + str(sealed_file.id)).status_code == 404


def test_a_photo_comes_whole_to_its_senders_and_without_its_place_to_the_programme(
    session, frozen, as_officer, new_client, sign_in
):
    proposal = make_proposal("full_draft")
    stage = proposal.stages[-1]
    photographed = attach(proposal, photo(), "pit.jpg")
    fill_in(stage)
    services.submit(submission=stage, actor=owner(proposal))
    path = address(stage) + f"/files/{photographed.id}"
    own = sign_in(new_client(), owner_of(proposal.organisation))
    with own.get(path) as answer:
        assert answer.data == photo()
    with as_officer(proposal).get(path) as answer:
        assert answer.status_code == 200 and CANARY not in answer.data


def test_a_removed_file_stays_in_the_version_that_names_it(session, frozen, as_officer):
    proposal = make_proposal("full_submitted")
    stage = proposal.stages[-1]
    kept = queries.files_of(stage.id)[0]
    services.remove_file(submission=stage, file_id=kept.id, actor=owner(proposal))
    officer = as_officer(proposal)
    page = officer.get(address(stage) + "/versions/1")
    assert kept.file.original_name in text_of(page)
    with officer.get(address(stage) + f"/files/{kept.id}") as answer:
        assert answer.data == PDF


def test_files_of_another_proposal_cannot_be_removed(session, frozen):
    mine, other = make_proposal("full_draft"), make_proposal("full_draft")
    theirs = attach(other)
    with pytest.raises(NotFound):
        services.remove_file(submission=mine.stages[-1], file_id=theirs.id, actor=owner(mine))
    with pytest.raises(NotFound):
        services.remove_file(submission=other.stages[-1], file_id=theirs.id, actor=actor_of(make_person()))


def pdf(pages: int, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    found = io.BytesIO()
    writer.write(found)
    return found.getvalue()


def test_pages_and_size_that_a_question_takes(tmp_path):
    asked = parse({"sections": [section("s", question("f", "file", max_pages=2, max_mb=1))]}).question("f")

    def told(content, extension="pdf"):
        path = tmp_path / "file"
        path.write_bytes(content)
        refusal = file_refusal(asked, extension=extension, size=len(content), path=path)
        return str(refusal) if refusal else ""

    assert told(pdf(2)) == ""
    assert told(pdf(3)) == "This file has 3 pages; at most 2 are possible."
    assert told(b"%PDF-1.4 broken").startswith("The number of pages of this file cannot be told.")
    assert told(pdf(1, "secret")).startswith("The number of pages of this file cannot be told.")
    assert told(b"x" * (1024 * 1024 + 1), "csv") == "This file is larger than 1 MB."
    assert told(b"x", "csv") == ""


def test_a_file_with_too_many_pages_is_refused_beside_its_question(session, frozen):
    form = {"sections": [section("annexes", question("title"), question("annex", "file", max_pages=2))]}
    proposal = make_proposal("full_draft")
    submission = proposal.stages[-1]
    submission.form_version = FormVersion(sha256=canonical_sha256(form), document=form)
    session.flush()
    with pytest.raises(Invalid, match="has 3 pages") as told:
        attach(proposal, pdf(3))
    assert told.value.field == "annex"
    assert attach(proposal, pdf(2)).question_id == "annex"
