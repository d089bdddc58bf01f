"""What a reviewer must not learn in a double-blind call stands on no page and in no file that they can open."""

from __future__ import annotations

import copy
import io

import pytest
from pypdf import PdfReader

from app.core import files
from app.core.types import SYSTEM_ACTOR
from app.proposals import queries
from app.proposals.models import ProposalFile
from app.proposals.snapshot import SealedFile, read
from tests.client import soup
from tests.core.test_stripping import raw
from tests.factories.calls import PARTNERS, call_document, question
from tests.factories.identity import make_organisation, make_person
from tests.factories.proposals import PDF, owner_of
from tests.factories.reviews import make_assessed_proposal, make_assessing_call, make_review
from tests.reviews.test_reviewer_pages import MAKER, SIGNED_PDF

pytestmark = pytest.mark.usefixtures("frozen")
HIDDEN = {
    "organisation": "Quellwasser Cooperative",
    "answer": "Quellwasser since 1987",
    "partner": "Kahuzi Miners",
    "column": "Tantal Handels AG",
    "personal column": "Odette Feza",
    "link": "https://ourselves.example",
    "for the programme": "secret-contact@example.org",
    "author": MAKER,
    "file": "Quellwasser statutes.pdf",
}
SHOWN = ("Pits collapse in the rain.", "A letter of support")
LETTERS = [{"what": SHOWN[1], "by": HIDDEN["column"], "signed": HIDDEN["personal column"]}]


def blind_call():
    """A double-blind call whose form hides an answer and a file from reviewers; partners, links and columns need no mark."""
    stages = copy.deepcopy(call_document()["stages"])
    sections = stages[-1]["form"]["sections"]
    sections[0]["questions"][0] = PARTNERS
    columns = [question("what"), question("by", "organisation"), question("signed", personal=True)]
    more = (
        question("history", hidden_when_blind=True),
        question("letters", "table", columns=columns),
        question("us", "url"),
    )
    sections[1]["questions"].extend(more)
    sections[-1]["questions"].append(question("statutes", "file", required=False, hidden_when_blind=True))
    return make_assessing_call(process={"blind": "double"}, stages=stages)


@pytest.fixture
def blind(session, app):
    """An accepted review of a proposal with an open and a hidden file: (review, open file, hidden file)."""
    call = blind_call()
    stored = {
        "annex": files.store(io.BytesIO(SIGNED_PDF), "Quellwasser plan.pdf", SYSTEM_ACTOR),
        "statutes": files.store(io.BytesIO(PDF + b"%statutes"), HIDDEN["file"], SYSTEM_ACTOR),
    }
    first = make_assessed_proposal(call=call)
    rows = [
        ProposalFile(stage_submission_id=first.stages[-1].id, question_id=q, file_id=f.id) for q, f in stored.items()
    ]
    session.add_all(rows)
    session.flush()
    sealed = tuple(
        SealedFile(str(row.id), q, f.original_name, f.sha256, f.size, f.media_type)
        for row, (q, f) in zip(rows, stored.items(), strict=True)
    )
    organisation = make_organisation(owner=make_person(), name=HIDDEN["organisation"])
    answers = {"history": HIDDEN["answer"], "letters": LETTERS, "us": HIDDEN["link"]}
    proposal = make_assessed_proposal(call=call, organisation=organisation, files=sealed, answers=answers)
    for row in rows:
        row.stage_submission_id = proposal.stages[-1].id
    session.flush()
    review = make_review(proposal, state="accepted")
    session.commit()
    return review, *rows


@pytest.fixture
def reader(client, sign_in, blind):
    return sign_in(client, blind[0].reviewer)


def told_in(body: bytes) -> list[str]:
    """Which of the hidden things a page or a file tells."""
    return [what for what, words in HIDDEN.items() if words.encode() in body]


def test_the_sheet_shows_what_is_open_and_nothing_hidden(blind, reader):
    review, shown, hidden = blind
    for page in (f"/reviews/{review.id}", f"/reviews/{review.id}/sheet", "/reviews", "/"):
        assert told_in(reader.get(page, follow_redirects=True).data) == [], page
    sheet = reader.get(f"/reviews/{review.id}/sheet")
    assert all(words in sheet.text for words in SHOWN)
    links = [a["href"] for a in soup(sheet).select("a[href*='/files/']")]
    assert links == [f"/reviews/{review.id}/files/{shown.id}"]


def test_only_the_copy_without_metadata_can_be_fetched(blind, reader):
    review, shown, hidden = blind
    with reader.get(f"/reviews/{review.id}/files/{shown.id}") as answer:
        given, headers = answer.data, str(answer.headers)
    assert MAKER.encode() in raw(SIGNED_PDF) and MAKER.encode() not in raw(given) and given != SIGNED_PDF
    assert PdfReader(io.BytesIO(given)).pages[0].extract_text().strip() == "A plan of the shafts"
    assert "Quellwasser" not in headers
    assert reader.get(f"/reviews/{review.id}/files/{hidden.id}").status_code == 404


def test_the_applicants_and_the_programmes_ways_do_not_exist_for_a_reviewer(app, blind, reader):
    """Every address under the proposal: page, versions, print, sealed text, changes, files, screening."""
    review, shown, hidden = blind
    proposal = review.proposal
    known = {
        "proposal_id": proposal.id,
        "key": proposal.stages[-1].call_stage.key,
        "number": 1,
        "section_id": "plan",
        "question_id": "history",
        "code": proposal.call.code,
        "call_id": proposal.call_id,
    }
    tried = 0
    for rule in app.url_map.iter_rules():
        names = set(rule.arguments)
        if "GET" not in rule.methods or not names or not names <= {*known, "file_id"} or names == {"code"}:
            continue
        for row in (shown, hidden) if "file_id" in names else (shown,):
            path = rule.build({k: v for k, v in {**known, "file_id": row.id}.items() if k in names})[1]
            with reader.get(path) as answer:
                assert told_in(answer.data) == [] and SIGNED_PDF not in answer.data, path
                assert answer.status_code in {404, 403} or "proposal_id" not in names, f"{path}: {answer.status_code}"
        tried += "proposal_id" in names
    assert tried >= 20, "the sweep still finds the addresses"


def test_no_page_without_an_address_of_its_own_tells_more(app, blind, reader):
    """Lists, search, comparison and exports that anybody signed in may ask for, asked for a part of the hidden words."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments and not rule.rule.startswith("/static"):
            with reader.get(rule.rule, query_string={"q": "ellwass", "words": "ellwass"}) as answer:
                assert answer.status_code < 500 and told_in(answer.data) == [], rule.rule


def test_the_applicants_preview_is_the_reviewers_page(session, blind, new_client, sign_in):
    """Word for word, files and their names with it; only the links differ."""
    review, *_ = blind
    proposal, stage = review.proposal, review.proposal.stages[-1]
    stage.answers = dict(read(queries.latest_sealed(stage.id).snapshot).answers)
    session.commit()
    sheet = sign_in(new_client(), review.reviewer).get(f"/reviews/{review.id}/sheet")
    check = f"/proposals/{proposal.id}/stages/{stage.call_stage.key}/check?as=reviewer"
    preview = sign_in(new_client(), owner_of(proposal.organisation)).get(check)
    theirs, mine = ([_as_read(dl) for dl in soup(page).select("dl.answers")] for page in (sheet, preview))
    assert mine == theirs and any("annex-1" in answers for answers in mine)
    assert not [words for words in HIDDEN.values() if words in "".join(mine)]


def _as_read(answers):
    for link in answers.select("a[href]"):
        del link["href"]
    return " ".join(str(answers).split())
