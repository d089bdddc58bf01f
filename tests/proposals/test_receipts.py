"""Signed receipts: what was made here is believed, anything else is not, and nothing more is told."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.errors import Invalid
from app.extensions import db
from app.proposals import queries, receipts, services
from app.proposals.models import SubmissionReceipt
from app.proposals.receipts import Arrival, SignedReceipt, Verdict
from tests.client import soup, text_of
from tests.factories.notifications import deliver, mails
from tests.factories.proposals import fill_in, make_proposal, owner_of
from tests.proposals.conftest import address, loaded, owner

KEY, OTHER = receipts.signing_key("one secret"), receipts.signing_key("another secret")
ARRIVAL = Arrival(
    call="EPRM-2020",
    reference="EPRM-2020-0007",
    stage="quick_scan",
    version=2,
    received_at=datetime(2020, 9, 1, 11, 59, 59, 999999, tzinfo=UTC),
    zone="Europe/Amsterdam",
    sha256="ab" * 32,
    files=(("cd" * 32, 1234), ("ef" * 32, 5)),
)
SIGNED = receipts.sign(ARRIVAL, KEY)


def known(receipt: SignedReceipt) -> bool:
    return receipt.is_signed_by({receipts.public_key(KEY)})


def test_a_receipt_is_read_as_it_was_written():
    assert receipts.read(SIGNED.armoured) == SIGNED
    assert known(SIGNED)
    assert SIGNED.facts == {
        "Call": "EPRM-2020",
        "Reference": "EPRM-2020-0007",
        "Stage": "quick_scan",
        "Version": "2",
        "Received": "2020-09-01T11:59:59.999999+00:00 (Europe/Amsterdam)",
        "Content-SHA256": "ab" * 32,
    }


@pytest.mark.parametrize(
    "damage",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: "Dear Sir,\nhere is it:\n" + t + "\nGreetings",
        lambda t: "".join(f"> {line}\n" for line in t.splitlines()),
        lambda t: "".join(f">>{line}\n" for line in t.splitlines()),
        lambda t: "".join(f"   {line}  \n\n" for line in t.splitlines()),
        lambda t: t.replace("\n", " "),
        lambda t: t.replace(" ", "\n"),
    ],
    ids=["windows", "in a mail", "quoted", "quoted twice", "indented", "on one line", "a word a line"],
)
def test_what_mail_programs_do_to_a_receipt_does_no_harm(damage):
    assert receipts.read(damage(SIGNED.armoured)) == SIGNED


@given(place=st.integers(0, len(SIGNED.text) - 1), character=st.characters(codec="utf-8"))
def test_one_changed_character_is_enough(place, character):
    changed = SIGNED.text[:place] + character + SIGNED.text[place + 1 :]
    assert known(replace(SIGNED, text=changed)) is (changed == SIGNED.text)


@given(st.text(max_size=300))
def test_any_text_is_answered_in_words(typed):
    with pytest.raises(Invalid, match="no whole receipt"):
        receipts.read(typed)


@pytest.mark.parametrize("cut", [20, 200, 400, -10])
def test_half_a_receipt_is_none(cut):
    with pytest.raises(Invalid, match="no whole receipt"):
        receipts.read(SIGNED.armoured[:cut])


def test_a_key_that_the_receipt_brings_along_proves_nothing():
    forged = receipts.sign(ARRIVAL, OTHER)
    assert forged.is_signed_by({receipts.public_key(OTHER)})
    assert not known(forged)
    assert not known(replace(forged, public_key=SIGNED.public_key))
    assert not known(replace(SIGNED, public_key=b"short"))


def test_other_programs_can_check_the_signature_with_the_published_key():
    key = load_pem_public_key(receipts.public_pem(KEY).encode())
    key.verify(SIGNED.signature, SIGNED.text.encode())  # type: ignore[union-attr, call-arg]


@pytest.fixture
def submitted(session):
    proposal = make_proposal("submitted")
    return proposal, loaded(proposal)


def receipt_of(stage) -> SignedReceipt:
    sealed = queries.latest_sealed(stage.id)
    assert sealed is not None
    found = queries.receipt_of(sealed.id)
    assert found is not None
    return found


def test_every_submitted_version_gets_one(submitted):
    proposal, stage = submitted
    fill_in(stage, {"problem": "A better text."})
    services.resubmit(submission=stage, actor=owner(proposal))
    facts = [
        receipts.read(
            SignedReceipt(row.text, bytes.fromhex(row.signature), bytes.fromhex(row.public_key)).armoured
        ).facts
        for row in db.session.scalars(select(SubmissionReceipt).order_by(SubmissionReceipt.created_at))
    ]
    assert [one["Version"] for one in facts] == ["1", "2"]
    versions = queries.sealed_versions(stage.id)
    assert [one["Content-SHA256"] for one in facts] == [version.sha256 for version in versions]
    assert {one["Reference"] for one in facts} == {proposal.reference}


def test_it_names_nobody(submitted):
    proposal, stage = submitted
    text = receipt_of(stage).armoured
    for name in (proposal.organisation.name, owner_of(proposal.organisation).name, proposal.title):
        assert name not in text


def test_it_is_in_the_mail_on_the_page_and_in_the_file(submitted, as_owner):
    proposal, stage = submitted
    armoured = receipt_of(stage).armoured
    db.session.commit()
    deliver()
    (mail,) = [m for m in mails(owner_of(proposal.organisation).email) if "received your proposal" in m["Subject"]]
    plain = mail.get_body(("plain",)).get_content()
    assert receipts.read(plain).armoured == armoured
    client = as_owner(proposal)
    page = client.get(f"{address(stage)}/versions/1/receipt")
    assert receipts.read(soup(page).select_one("pre").text).armoured == armoured
    kept = client.get(f"{address(stage)}/versions/1/receipt.txt")
    assert kept.get_data(as_text=True) == armoured
    assert "attachment" in kept.headers["Content-Disposition"]


def test_the_kept_version_has_the_hash_of_the_receipt(submitted, as_owner):
    proposal, stage = submitted
    content = as_owner(proposal).get(f"{address(stage)}/versions/1/sealed.json").get_data()
    assert hashlib.sha256(content).hexdigest() == receipt_of(stage).facts["Content-SHA256"]


@pytest.mark.parametrize("path", ["versions/1/receipt.txt", "versions/1/sealed.json"])
def test_the_programme_does_not_get_the_applicants_proofs(submitted, as_officer, path):
    proposal, stage = submitted
    assert as_officer(proposal).get(f"{address(stage)}/{path}").status_code == 404


def test_there_is_no_receipt_of_a_version_that_is_not(submitted, as_owner):
    proposal, stage = submitted
    assert as_owner(proposal).get(f"{address(stage)}/versions/2/receipt.txt").status_code == 404


def test_anybody_can_have_one_checked(submitted, client):
    _, stage = submitted
    db.session.commit()
    page = client.act("/receipts/verify", receipt=receipt_of(stage).armoured)
    assert page.status_code == 200
    assert "This receipt is genuine" in text_of(page)
    assert receipt_of(stage).facts["Content-SHA256"] in text_of(page)


def test_a_forged_one_is_refused_and_what_it_says_is_not_repeated_as_true(submitted, client):
    _, stage = submitted
    db.session.commit()
    forged = receipt_of(stage).armoured.replace("Version: 1", "Version: 2")
    page = client.act("/receipts/verify", receipt=forged)
    assert "not made here, or it was changed" in text_of(page)
    assert not soup(page).select("main dl")


def test_no_receipt_at_all_is_answered_in_words_and_stays_in_the_field(app, client):
    page = client.act("/receipts/verify", receipt="I submitted, honestly!")
    assert page.status_code == 422
    assert "There is no whole receipt in this text" in text_of(page)
    assert "honestly!" in soup(page).select_one("textarea").text
    assert client.act("/receipts/verify", receipt="").status_code == 422


def test_a_genuine_one_that_is_not_on_record_is_told_apart(submitted, app):
    _, stage = submitted
    key = receipts.signing_key(app.extensions["settings"].receipt_key)
    assert queries.judge_receipt(receipts.sign(ARRIVAL, key)) is Verdict.NOT_ON_RECORD
    assert queries.judge_receipt(receipt_of(stage)) is Verdict.GENUINE
    assert queries.judge_receipt(SIGNED) is Verdict.FORGED


def test_receipts_of_a_former_key_stay_genuine(submitted, app, monkeypatch):
    _, stage = submitted
    receipt = receipt_of(stage)
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], receipt_key="a new key " * 4))
    assert queries.judge_receipt(receipt) is Verdict.GENUINE
    assert queries.judge_receipt(replace(receipt, text=receipt.text + "\nVersion: 2")) is Verdict.FORGED


def test_the_command_line_says_the_same(submitted, app, tmp_path):
    _, stage = submitted
    db.session.commit()
    runner = app.test_cli_runner()
    kept = tmp_path / "receipt.txt"
    kept.write_text(receipt_of(stage).armoured)
    done = runner.invoke(args=["assay", "receipt", "verify", str(kept)])
    assert done.exit_code == 0 and done.output.startswith("Genuine:")
    forged = io.BytesIO(receipt_of(stage).armoured.replace("Version: 1", "Version: 3").encode())
    refused = runner.invoke(args=["assay", "receipt", "verify", "-"], input=forged)
    assert refused.exit_code == 1 and "Not genuine" in refused.output
    assert "PUBLIC KEY" in runner.invoke(args=["assay", "receipt", "key"]).output
