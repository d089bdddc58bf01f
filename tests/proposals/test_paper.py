"""Proposals on paper: the words of the page, what each side may read, and text that stays text."""

from __future__ import annotations

import io

from pypdf import PdfReader

from app.core import files
from app.extensions import db
from app.proposals import queries
from app.proposals.present import paper
from app.web.pdf import make_pdf
from tests.factories.identity import make_person
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import address, loaded

NASTY = '#read("/etc/passwd") $x$ *bold* <label> @ref `raw` \\ "quote" // comment مرحبا 金'


def pages_of(response) -> str:
    assert response.status_code == 200, response.status_code
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment")
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages)


def submitted():
    proposal = make_proposal("submitted")
    stage = loaded(proposal)
    sealed = queries.latest_sealed(stage.id)
    assert sealed is not None
    return stage.proposal, stage, sealed


def test_a_version_on_paper_names_its_hash_its_files_and_every_question(as_owner):
    proposal, stage, sealed = submitted()
    where, digest, title = address(stage), sealed.sha256, proposal.title
    attached = [one.file for one in queries.files_of(stage.id)]
    db.session.commit()
    words = pages_of(as_owner(proposal).get(f"{where}/versions/1/proposal.pdf"))
    flat = "".join(words.split())
    assert "".join(title.split()) in flat and digest in flat and proposal.reference in flat
    assert all(file.sha256 in flat and files.path_of(file).is_file() for file in attached)


def test_staff_read_a_submitted_version_but_never_the_working_copy(as_officer):
    proposal, stage, _ = submitted()
    where = address(stage)
    db.session.commit()
    staff = as_officer(proposal)
    assert proposal.reference in pages_of(staff.get(f"{where}/versions/1/proposal.pdf"))
    assert staff.get(f"{where}/draft.pdf").status_code == 404
    assert staff.get(f"{where}/versions/2/proposal.pdf").status_code == 404


def test_a_stranger_gets_neither(client, sign_in):
    _, stage, _ = submitted()
    where = address(stage)
    db.session.commit()
    sign_in(client, make_person())
    assert client.get(f"{where}/versions/1/proposal.pdf").status_code == 404
    assert client.get(f"{where}/draft.pdf").status_code == 404


def test_the_working_copy_says_that_it_proves_nothing(as_owner):
    proposal = make_proposal("draft")
    where = address(loaded(proposal))
    words = pages_of(as_owner(proposal).get(f"{where}/draft.pdf"))
    assert "no proof" in words and "Not answered" in words


def test_what_was_written_is_text_and_never_markup(app):
    data = {
        "language": "en",
        "title": NASTY,
        "reference": NASTY,
        "organisation": NASTY,
        "stage": NASTY,
        "banner": NASTY,
        "footer": NASTY,
        "page-word": "{page}/{pages}",
        "files-title": "F",
        "facts": [(NASTY, NASTY)],
        "sections": [
            {
                "title": NASTY,
                "questions": [
                    {"label": NASTY, "kind": "words", "words": NASTY + "\n\n" + NASTY},
                    {"label": NASTY, "kind": "rows", "columns": [NASTY], "numbers": [False], "rows": [[NASTY]]},
                    {"label": NASTY, "kind": "group", "rows": [[{"label": NASTY, "words": NASTY}]]},
                    {"label": NASTY, "kind": "empty", "words": NASTY},
                ],
            }
        ],
        "files": [{"name": NASTY, "size": "1 KB", "sha256": "ab" * 32}],
    }
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(make_pdf("proposal", data))).pages)
    assert "root:" not in words and "#read" in words and "*bold*" in words


def test_every_kind_of_answer_is_written_as_on_the_page(app):
    from app.calls.present import QuestionView

    with app.test_request_context():
        assert (
            paper.written(QuestionView("", "", "choices", "", value=["a", "b"], options=(("a", "A"), ("b", "B"))))
            == "A, B"
        )
        assert paper.written(QuestionView("", "", "yes_no", "", value="no")) == "No"
        assert paper.written(QuestionView("", "", "consent", "", value=True)) == "Yes"
        assert paper.written(QuestionView("", "", "short_text", "", value="")) == ""
