"""Uploads in pieces: the tus protocol as its text says, bound to one person, one stage, one question."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock, files, partials
from app.identity.models import Person
from app.proposals import queries, services
from app.proposals.models import Upload
from tests.factories.identity import make_membership, make_person
from tests.factories.proposals import PDF, make_proposal, owner_of
from tests.proposals.conftest import address, loaded

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {"Content-Type": "application/offset+octet-stream"}
LONG = PDF + b"%" + b"x" * 300_000 + b"\n%%EOF\n"


def named(name: str) -> str:
    return "filename " + base64.b64encode(name.encode()).decode()


def tus(client, method, path, data=b"", **headers):
    """A request as the client in the page sends it."""
    given = {**TUS, "X-CSRFToken": client.csrf_token(), **{k.replace("_", "-"): str(v) for k, v in headers.items()}}
    if method == "PATCH":
        given = {**PIECE, **given}
    return client.open(path, method=method, data=data, headers={k: v for k, v in given.items() if v != "None"})


def create(client, base, length, name="Plan d'été.pdf", question="annex", **headers):
    path = f"{base}/sections/annexes/uploads/{question}"
    return tus(client, "POST", path, **{"Upload_Length": length, "Upload_Metadata": named(name), **headers})


@pytest.fixture
def draft(session, frozen):
    return make_proposal("full_draft")


@pytest.fixture
def base(draft):
    """The address of the draft's stage."""
    return address(draft.stages[-1])


@pytest.fixture
def client_(draft, as_owner):
    return as_owner(draft)


@pytest.fixture
def place(base, client_):
    """The address of an upload of LONG that was begun."""
    made = create(client_, base, len(LONG))
    assert made.status_code == 201, made.text
    return made.headers["Location"]


def offset_of(client, path) -> int:
    answer = tus(client, "HEAD", path)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return int(answer.headers["Upload-Offset"])


def test_a_file_in_pieces_becomes_the_answer_that_the_plain_form_would_make(draft, client_, place):
    first = tus(client_, "PATCH", place, LONG[:100_000], Upload_Offset=0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "100000")
    assert first.headers["Assay-Upload"] == "open" and first.headers["Upload-Expires"]
    assert offset_of(client_, place) == 100_000
    last = tus(client_, "PATCH", place, LONG[100_000:], Upload_Offset=100_000)
    assert (last.status_code, last.headers["Assay-Upload"]) == (204, "attached")
    (kept,) = queries.files_of(loaded(draft).id)
    assert (kept.question_id, kept.file.original_name, kept.file.extension) == ("annex", "Plan d'été.pdf", "pdf")
    assert files.path_of(kept.file).read_bytes() == LONG
    assert kept.file.sha256 == hashlib.sha256(LONG).hexdigest()
    assert loaded(draft).answers_saved_by == owner_of(draft.organisation).name
    again = tus(client_, "PATCH", place, b"", Upload_Offset=len(LONG))
    assert (again.status_code, again.headers["Assay-Upload"]) == (204, "attached"), (
        "asked once more, nothing is doubled"
    )
    assert len(queries.files_of(loaded(draft).id)) == 1


def test_options_tell_what_the_server_can(draft, client_, base):
    answer = client_.open(f"{base}/sections/annexes/uploads/annex", method="OPTIONS")
    assert answer.status_code == 204 and answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer.headers["Tus-Max-Size"] == str(files.largest())
    assert "sha256" in answer.headers["Tus-Checksum-Algorithm"]


@pytest.mark.parametrize("version", ["None", "0.2.2"])
def test_another_version_is_refused(draft, client_, place, version, base):
    for method, path in (("HEAD", place), ("PATCH", place), ("DELETE", place)):
        answer = tus(client_, method, path, Tus_Resumable=version, Upload_Offset=0)
        assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    assert create(client_, base, 5, Tus_Resumable=version).status_code == 412


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload_Offset": 5}, 409),
        ({"Upload_Offset": "None"}, 400),
        ({"Upload_Offset": "-1"}, 400),
        ({"Upload_Offset": "١"}, 400),
        ({"Upload_Offset": "9" * 400}, 400),
        ({"Upload_Offset": 0, "Content_Type": "application/octet-stream"}, 415),
        ({"Upload_Offset": 0, "Upload_Checksum": "crc9 AAAA"}, 400),
        ({"Upload_Offset": 0, "Upload_Checksum": "sha1 ***"}, 400),
        ({"Upload_Offset": 0, "Upload_Checksum": "sha1 AAAA"}, 460),
    ],
)
def test_a_wrong_piece_is_refused_and_nothing_of_it_kept(client_, place, headers, status):
    headers = {k: str(v).encode().decode("latin-1") for k, v in headers.items()}
    answer = tus(client_, "PATCH", place, b"12345", **headers)
    assert answer.status_code == status and answer.headers["Tus-Resumable"] == "1.0.0"
    assert offset_of(client_, place) == 0
    assert list(partials.path_of(uuid.UUID(int=0)).parent.iterdir()) == [partials.path_of(place_id(place))]


def place_id(place) -> uuid.UUID:
    return uuid.UUID(place.rsplit("/", 1)[1])


def test_a_piece_with_its_checksum_is_kept(client_, place, base):
    digest = base64.b64encode(hashlib.sha256(LONG[:9]).digest()).decode()
    answer = tus(client_, "PATCH", place, LONG[:9], Upload_Offset=0, Upload_Checksum=f"sha256 {digest}")
    assert (answer.status_code, offset_of(client_, place)) == (204, 9)


def test_more_than_was_announced_is_refused(client_, place):
    assert tus(client_, "PATCH", place, LONG + b"!", Upload_Offset=0).status_code == 413
    assert offset_of(client_, place) == 0


@pytest.mark.parametrize(
    ("length", "status"),
    [("None", 400), ("x", 400), ("-5", 400), (0, 422), (26 * 1024 * 1024, 413), ("9" * 30, 400)],
)
def test_a_wrong_length_is_refused_at_once(session, draft, client_, length, status, base):
    assert create(client_, base, length).status_code == status
    assert session.scalar(select(func.count(Upload.id))) == 0


@pytest.mark.parametrize("metadata", ["filename !!!", "filename /w==", "filename " + "a" * 5])
def test_metadata_that_is_none_is_refused(draft, client_, metadata, base):
    assert create(client_, base, 9, Upload_Metadata=metadata).status_code == 400


def test_only_file_questions_of_that_section_take_one(draft, client_, base):
    for question in ("honest", "nothing", "title"):
        assert create(client_, base, 9, question=question).status_code == 404
    path = f"{base}/sections/nowhere/uploads/annex"
    assert tus(client_, "POST", path, Upload_Length=9).status_code == 404


def test_a_question_that_is_full_says_so_before_anything_is_sent(draft, client_, base):
    for number in range(2):
        made = create(client_, base, len(PDF) + 1)
        tus(client_, "PATCH", made.headers["Location"], PDF + bytes([65 + number]), Upload_Offset=0)
    answer = create(client_, base, 9)
    assert answer.status_code == 422 and "takes at most 2 files" in answer.json["detail"]


def test_an_upload_is_its_senders_alone(session, draft, client_, place, sign_in, new_client, base):
    colleague, stranger = make_person(), make_person()
    make_membership(draft.organisation, "editor", colleague)
    session.commit()
    for person in (colleague, stranger):
        other = sign_in(new_client(), person)
        for method in ("HEAD", "PATCH", "DELETE"):
            answer = tus(other, method, place, Upload_Offset=0)
            assert answer.status_code == 404, f"{method} of {person.name}"
    assert create(sign_in(new_client(), stranger), base, 9).status_code == 404
    assert offset_of(client_, place) == 0


def test_who_lost_the_right_to_write_cannot_go_on(session, draft, client_, place):
    membership = next(m for m in members(draft) if m.role == "owner")
    make_membership(draft.organisation, "owner")
    membership.role = "viewer"
    session.commit()
    assert tus(client_, "PATCH", place, b"1", Upload_Offset=0).status_code == 404


def members(proposal):
    from app.identity import queries as identity_queries

    return identity_queries.members_of(proposal.organisation_id)


def test_who_is_signed_out_is_told_so_and_keeps_what_came(session, client_, place, new_client, draft, sign_in):
    tus(client_, "PATCH", place, LONG[:500], Upload_Offset=0)
    nobody = new_client()
    assert tus(nobody, "PATCH", place, b"1", Upload_Offset=500).status_code == 401
    assert tus(nobody, "HEAD", place).status_code == 401
    person = session.get(Person, owner_of(draft.organisation).id)
    assert offset_of(sign_in(new_client(), person), place) == 500


def test_no_other_site_can_send_a_piece(client_, place):
    headers = {**TUS, **PIECE, "Upload-Offset": "0"}
    assert client_.open(place, method="PATCH", data=b"1", headers=headers).status_code == 400
    assert offset_of(client_, place) == 0


def test_a_terminated_upload_is_gone(client_, place):
    assert tus(client_, "DELETE", place).status_code == 204
    assert tus(client_, "HEAD", place).status_code == 410
    assert tus(client_, "PATCH", place, b"1", Upload_Offset=0).status_code == 410
    assert not partials.path_of(place_id(place)).exists()


def test_an_upload_expires_a_week_after_its_last_piece(session, draft, client_, place, frozen):
    start = clock.now()
    frozen(start + timedelta(days=6))
    assert tus(client_, "PATCH", place, b"1", Upload_Offset=0).status_code == 204
    frozen(start + timedelta(days=12))
    assert offset_of(client_, place) == 1
    assert services.sweep_uploads() == 0
    frozen(start + timedelta(days=13))
    assert tus(client_, "HEAD", place).status_code == 410, "also before the sweeper comes"
    assert services.sweep_uploads() == 1
    assert not partials.path_of(place_id(place)).exists()
    frozen(start + timedelta(days=21))
    assert services.sweep_uploads() == 1
    assert session.scalar(select(func.count(Upload.id))) == 0


def test_a_deadline_that_passes_meanwhile_is_told(session, as_owner, frozen):
    proposal = make_proposal("full_submitted")
    base, closes_at = address(proposal.stages[-1]), proposal.stages[-1].call_stage.closes_at
    frozen(closes_at - timedelta(hours=1))
    client = as_owner(proposal)
    place = create(client, base, len(LONG)).headers["Location"]
    assert tus(client, "PATCH", place, LONG[:-1], Upload_Offset=0).status_code == 204
    frozen(closes_at)
    answer = tus(client, "PATCH", place, LONG[-1:], Upload_Offset=len(LONG) - 1)
    assert answer.status_code == 403 and "deadline has passed" in answer.json["detail"]
    assert create(client, base, 9).status_code == 403


def test_nobody_has_too_many_on_their_way(draft, client_, base):
    for _ in range(20):
        assert create(client_, base, 9).status_code == 201
    answer = create(client_, base, 9)
    assert answer.status_code == 422 and "on their way" in answer.json["detail"]


def test_the_same_file_again_is_told(draft, client_, base):
    made = [create(client_, base, len(PDF), name=f"{n}.pdf") for n in (1, 2)]
    answers = [tus(client_, "PATCH", one.headers["Location"], PDF, Upload_Offset=0) for one in made]
    assert [a.status_code for a in answers] == [204, 422]
    assert "attached already as “1.pdf”" in answers[1].json["detail"]
    assert tus(client_, "HEAD", made[1].headers["Location"]).status_code == 410


def test_stray_pieces_on_disk_are_swept(app, session, client_, place):
    import os
    import time

    stray = partials.path_of(uuid.uuid4())
    stray.write_bytes(b"left behind")
    open_one = partials.path_of(place_id(place))
    for path in (stray, open_one):
        os.utime(path, (time.time() - 4000, time.time() - 4000))
    services.sweep_uploads()
    assert not stray.exists() and open_one.exists()
